// compare, spectrum, noise, sample, interpolate, latent and rate-distortion as users run them: what they write, what they print, which mistakes they refuse. The runs
// that they study are trained here, on a few generated eyes; what the studies compute is tested in test/experiments.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, runCommand, type CommandResult } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
const run = (line: string) => runCommand(line.split(' '), { folder: place.folder })
const tiny = '--kernel 4 --stride 2 --padding 2 --epochs 1 --batch 8 --limit 8'

beforeAll(async () => {
  place = await emptyFolder()
  await run('data make --count 12 --out eyes')
  for (const model of ['ae', 'vae']) {
    const { code, stderr } = await run(`train --model ${model} ${tiny} --data eyes --out ${model} --quiet`)
    expect(code, stderr).toBe(0)
  }
})
afterAll(() => place.remove())

interface Written {
  readonly folder: string
  readonly files: readonly { readonly file: string; readonly alt: string; readonly caption: string }[]
}

/** What --json printed; its files are there, and so is the same record in the folder. */
async function written(
  { code, stdout, stderr }: CommandResult,
  command: string,
): Promise<Written & Record<string, unknown>> {
  expect(code, stderr).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  const result = JSON.parse(stdout) as Written & Record<string, unknown>
  for (const { file, alt } of result.files) {
    expect(existsSync(join(result.folder, file)), file).toBe(true)
    expect(alt).not.toBe('')
  }
  const kept = JSON.parse(await readFile(join(result.folder, `${command}.json`), 'utf8')) as Record<string, unknown>
  expect({ ...kept, folder: result.folder }).toEqual(result)
  return result
}

describe('the studies', () => {
  it('noise: PNGs, a sheet, a curve; the same command, the same bytes', async () => {
    const first = await written(await run('noise ae vae --sigma 0,1 --ids 2,9 --out n1 --json --quiet'), 'noise')
    expect(first.files.map(({ file }) => file)).toEqual(['noise.png', 'noise-2.png', 'noise-9.png', 'noise.svg'])
    expect(first['points']).toHaveLength(8)
    const second = await written(await run('noise ae vae --sigma 0,1 --ids 2,9 --out n2 --json --threads 1'), 'noise')
    for (const { file } of first.files)
      expect(await readFile(join(second.folder, file)), file).toEqual(await readFile(join(first.folder, file)))
  })

  it('noise: without --ids and --out, the images there are, into a numbered folder; a table on stderr', async () => {
    for (const folder of ['runs/noise', 'runs/noise-2']) {
      const { code, stdout, stderr } = await run('noise ae --sigma 0')
      expect([code, stdout]).toEqual([0, ''])
      expect(stderr).toMatch(/PSNR in dB \(higher is better\), mean over images 3, /)
      expect(stderr).toContain(`written to ${folder}\n`)
      expect(existsSync(join(place.folder, folder, 'noise-3.png'))).toBe(true)
    }
  })

  it('compare: two runs, and two losses that it trains first', async () => {
    const two = await written(await run('compare ae vae --ids 0,5 --out c1 --json --quiet'), 'compare')
    expect(two['points']).toHaveLength(4)
    const losses = await run(`compare --losses mse,l1 ${tiny} --data eyes --ids 3 --out c2 --json`)
    const trained = await written(losses, 'compare')
    expect((trained['points'] as { model: string }[]).map(({ model }) => model)).toEqual(['MSE + KL', 'L1 + KL'])
    const config = await readFile(join(trained.folder, 'trained-l1', 'config.json'), 'utf8')
    expect(JSON.parse(config)).toMatchObject({ options: { model: 'vae', loss: 'l1', epochs: 1, kernel: 4 } })
  })

  it('spectrum: chart, table and pictures; a row a model on stderr', async () => {
    const { stderr, ...result } = await run('spectrum ae vae --ids 0,5 --limit 6 --out sp --json')
    expect(stderr).toMatch(/high frequencies, 13 cycles a picture and more, over 6 images/)
    expect(stderr).toMatch(/AE \(4, 2, 2\) +\d+\.\d\d +[\d.]+ % +[\d.]+ %/)
    const { files, models, window } = await written({ stderr, ...result }, 'spectrum')
    expect(files.map(({ file }) => file)).toEqual(['spectrum.svg', 'spectrum.csv', 'spectrum.png'])
    expect(models).toHaveLength(2)
    expect(window).toBe('hann')
    expect(result.stdout).toContain('"made":{"command":["spectrum","ae","vae"')
  })

  it('sample --fit low-rank: pictures of both, and a distance each', async () => {
    const { stderr, ...result } = await run('sample vae --count 3 --fit low-rank --draws 6 --limit 8 --out s2 --json')
    expect(stderr).toMatch(/draws from the low-rank Gaussian +[\d.e+-]+ {2}\(6 against 8\)/)
    const { files, fit } = await written({ stderr, ...result }, 'sample')
    expect(files.map(({ file }) => file)).toEqual(['samples.png', 'samples-low-rank.png'])
    expect(fit).toMatchObject({ images: 8, draws: 6, variance: 0.95 })
  })

  it('sample: says what its model was trained on, and which images it shows', async () => {
    // `vae` was trained on a folder, whatever is in it.
    const { made } = await written(await run('sample vae --count 1 --out s3 --json'), 'sample')
    expect(made).toMatchObject({
      runs: [{ run: 'vae', generatedEyes: false }],
      images: { count: 12, generatedEyes: false },
      versions: { node: process.versions.node },
    })
    // Small ones: `sample` draws all 1476 again.
    await run(`train --model vae ${tiny} --size 18 --out own --quiet`)
    const own = await written(await run('sample own --count 1 --out s4 --json'), 'sample')
    expect(own['made']).toMatchObject({ runs: [{ generatedEyes: true }], images: { generatedEyes: true } })
    const file = await written(await run('sample own/model.safetensors --count 1 --out s5 --json'), 'sample')
    expect(file['made']).toMatchObject({ runs: [{ generatedEyes: false }], images: { generatedEyes: true } })
  })

  it('rate-distortion: trains, goes on where it was, and leaves chart, table and points in the sweep', async () => {
    const line = `rate-distortion --kl-weights 0.1,1 --compare-heads relu ${tiny} --data eyes --out rd --json`
    const first = await written(await run(line), 'rate-distortion')
    expect(first.files.map(({ file }) => file)).toEqual(['rate-distortion.svg', 'rate-distortion.csv'])
    expect(first['points']).toMatchObject([
      { klWeight: 0.1, heads: 'relu', epochs: 1 },
      { klWeight: 1, heads: 'relu', epochs: 1 },
    ])
    const again = await run(line)
    expect(again.stderr).toContain('2 trials, 0 to run')
    expect((await written(again, 'rate-distortion'))['points']).toEqual(first['points'])
  })

  it('rate-distortion: offers no option that it sets itself', async () => {
    const { stdout } = await run('rate-distortion --help')
    expect(stdout).toMatch(/--kl-weights <list>/)
    expect(stdout).not.toMatch(/--model|--kl-weight /)
  })

  it('recipes: offers no option that it sets itself', async () => {
    const { stdout } = await run('recipes --help')
    expect(stdout).toMatch(/--seeds <n>/)
    expect(stdout).not.toMatch(/--model|--loss|--flip|--no-flip|--ema/)
  })

  it('sample, interpolate and latent', async () => {
    const sample = await run('sample vae --count 3 --out s --json')
    expect(sample.stderr).toMatch(/Texture, not eyes/)
    expect((await written(sample, 'sample')).files.map(({ file }) => file)).toEqual(['samples.png'])
    await written(await run('interpolate vae --ids 1,4 --steps 3 --out i --json --quiet'), 'interpolate')
    const latent = await written(await run('latent vae --out l --json --quiet'), 'latent')
    expect(latent['points']).toHaveLength(12)
    const csv = (await readFile(join(latent.folder, 'latent.csv'), 'utf8')).trim().split('\n')
    expect(csv).toHaveLength(13)
    expect(csv[1]).toMatch(/^0,label [01],-?[\d.e-]+,-?[\d.e-]+$/)
  })
})

describe('mistakes are refused with exit code 2, and nothing is written', () => {
  it.each([
    ['noise ae --sigma 0,x', /--sigma: found 'x', wanted a number/],
    ['noise ae --sigma 0,,1', /--sigma: found '0,,1', wanted numbers with commas/],
    ['noise ae --ids 3,12', /--ids: found 12, wanted image numbers from 0 to 11/],
    ['noise nowhere', /nowhere/],
    ['noise', /missing required argument 'run'/],
    ['noise ae --out eyes', /--out: eyes holds 2 files already/],
    ['compare', /no run given, wanted run folders or --losses/],
    ['compare ae --epochs 3', /--epochs: only trains models.*Add --losses/],
    ['compare ae --losses mse', /--losses: trains its own models, but ae was given too/],
    ['compare --losses mse,huber', /--losses: found 'mse,huber', wanted different names of mse, l1, charbonnier/],
    ['sample ae', /AE \(4, 2, 2\) is an autoencoder, wanted a VAE/],
    ['sample vae --count 0', /--count: found 0/],
    ['sample vae --draws 9', /--draws: only goes with a fitted Gaussian.*Add --fit low-rank/],
    ['sample vae --fit gmm', /--fit: found 'gmm', wanted low-rank/],
    ['sample vae --fit low-rank --variance 2', /--variance: found 2, wanted a share above 0/],
    ['spectrum ae --limit 0', /--limit: found 0/],
    ['spectrum ae --window hamming', /--window: found 'hamming', wanted hann or none/],
    ['spectrum ae --ids 12', /--ids: found 12, wanted image numbers from 0 to 11/],
    ['rate-distortion --kl-weights 1,1', /--kl-weights: found 1,1, wanted different values/],
    ['rate-distortion --compare-heads tanh', /--compare-heads: found 'tanh', wanted names of relu and linear/],
    ['rate-distortion --kl-weight 1', /--kl-weight: the sweep 'rate-distortion' sets klWeight itself/],
    ['recipes --loss l1', /--loss: recipes sets it itself/],
    ['recipes --val-split 0', /--val-split: found 0, wanted more/],
    ['recipes --limit 99999', /--limit: found 99999, but/],
    ['interpolate ae --ids 3', /--ids: found 1 images, wanted two/],
    ['interpolate ae', /required option '--ids <from,to>' not specified/],
    ['latent ae --limit 2', /--limit: found 2/],
  ])('%s', async (line, message) => {
    const before = await place.entries()
    const { code, stdout, stderr } = await run(line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(await place.entries()).toEqual(before)
  })
})
