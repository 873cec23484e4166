// docs/results is computed: goals, marks of what was cut short, orders and claims, the conclusion on the KL term; and no picture of real
// eyes, no path of a machine gets into it. The folders are made up (fixtures.ts).
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verdict } from '../../tools/results/goals.js'
import { conclude, endingOf, lossRatios, splitOf } from '../../tools/results/kl-term.js'
import { checkNeutral, resultFiles } from '../../tools/results/page.js'
import { extrapolate } from '../../tools/results/power-law.js'
import { parseHistory, readRun } from '../../tools/results/source.js'
import { writeRates, writeRun, writeSamples, writeTable } from './fixtures.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-results-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const real = { data: '/home/somebody/eyes' }

/** The page, and the names of what stands beside it. */
async function made(): Promise<{ page: string; names: string[] }> {
  const files = await resultFiles(folder, join(folder, 'remarks'))
  return { page: String(files[0]!.content), names: files.slice(1).map(({ name }) => name) }
}

const lineWith = (page: string, ...words: string[]) =>
  page.split('\n').find(line => words.every(word => line.includes(word)))

describe('the page', () => {
  it('can be made of nothing, and lists what is missing', async () => {
    const { page, names } = await made()
    expect(names).toEqual([])
    expect(page).toContain('*Not there yet: `ae-report`, `ae-best`, `vae-report`, `vae-best`, `table4`.*')
    expect(lineWith(page, '`ae-report`', 'SSIM')).toContain('not measured yet')
  })

  it('says of each run its command, its machine, and that it was cut short', async () => {
    const quality = { psnr: 42.6, ssim: 0.9965 }
    const epochs = Array.from({ length: 500 }, () => [0.0002, 0] as const)
    await writeRun(join(folder, 'ae-report'), { options: real, epochs, quality })
    const half = epochs.slice(0, 250)
    await writeRun(join(folder, 'ae-best'), { options: { ...real, preset: 'best' }, epochs: half, quality: null })
    const vae = { ...real, model: 'vae', epochs: 40, klWarmup: 5, limit: 100 } as const
    await writeRun(join(folder, 'vae-best'), { options: vae, epochs: half.slice(0, 40), quality })
    const { page, names } = await made()
    // 10 log10(4 / 0.0002)
    expect(lineWith(page, '`ae-report`', 'training MSE of the last 10 epochs')).toMatch(/\| 42.53 \| – \| 43.01 \|/)
    expect(lineWith(page, '`ae-report`', 'SSIM, mean of')).toContain('not measured yet')
    expect(page).toContain('\neyes-wasm train --data eyes/ --out ae-report\n')
    expect(page).toContain('\neyes-wasm train --preset best --data eyes/ --out ae-best\n')
    expect(page).toMatch(
      /\neyes-wasm train --model vae (?=.*--epochs 40)(?=.*--kl-warmup 5)(?=.*--limit 100).*--out vae-best\n/,
    )
    expect(page).toContain(`on Node ${process.versions.node}`)
    expect(page).toContain('; 500 epochs; ')
    expect(page).toContain('**stopped after 250 of 500 epochs**')
    expect(page).toContain('**shortened: 40 epochs, the report has 500; 100 images, the report has 1476**')
    expect(lineWith(page, '`vae-best`', '32 or more')).toContain('**missed** by 12.00 (cut short, see below)')
    expect(names).toEqual(expect.arrayContaining(['ae-report-loss.svg', 'ae-report-history.csv', 'ae-best-loss.svg']))
    expect(page).not.toContain('somebody')
  })

  it('takes the mean of what was measured after each of the last 10 epochs, if all of them were', async () => {
    const epochs = Array.from({ length: 500 }, () => [0.0002, 0] as const)
    await writeRun(join(folder, 'ae-report'), { options: real, epochs, quality: { psnr: 44, ssim: 0.9 } })
    const measured = (count: number) =>
      Array.from({ length: count }, (_, i) => JSON.stringify({ epochs: 500 - i, psnr: 42 + i / 10, ssim: 0.99 }) + '\n')
    const goal = async (lines: string[]) => {
      await writeFile(join(folder, 'ae-report.jsonl'), lines.toReversed().join(''))
      return made()
    }
    const { page } = await goal(measured(10))
    expect(lineWith(page, '`ae-report`', 'PSNR, mean of')).toMatch(/42.5 or more \| 42.45 \| \*\*missed\*\* by 0.05/)
    expect(page).toContain('\neyes-wasm train --epochs 490 --data eyes/ --out ae-report\nfor n in $(seq 491 500);')
    const { page: incomplete } = await goal(measured(9))
    expect(lineWith(incomplete, '`ae-report`', 'PSNR, mean of')).toContain('not measured yet')
  })

  it('compares the order of rows, pair by pair, and each claim', async () => {
    await writeTable(join(folder, 'table1'), 'table1', [40, 39, 38, 37, 30, 31], { ...real, epochs: 20 })
    await writeTable(join(folder, 'table4'), 'table4', [26, 25, 24, 23, 20, null], { ...real, epochs: 20 })
    const { page, names } = await made()
    expect(names).toEqual(['table1.csv', 'table4.csv'])
    const [ae, vae] = page.split('\n').filter(line => line.startsWith('PSNR: the report'))
    expect(ae).toContain('(9, 1, 4) > (4, 2, 2) > (6, 2, 3); ours')
    expect(ae).toContain('1 of 15 pairs')
    expect(page).toContain('- (4, 2, 2) before (6, 2, 3) in the report (+0.07 dB), ours −1.00 dB')
    expect(vae).toContain('1 of 10 pairs')
    expect(page).toContain('- (5, 1, 2) before (3, 1, 1) in the report (+0.26 dB), ours −1.00 dB')
    expect(lineWith(page, 'AE: (3, 1, 1) is best')).toMatch(/\+1.97 dB over .*\+1.00 dB over .*\| holds \|/)
    expect(lineWith(page, 'AE: stride 2 is much worse')).toMatch(/\(\+6.00 dB\) \| holds \|/)
    // A row is missing: nothing is said of the whole.
    expect(lineWith(page, 'VAE: k = 5 is best')).toContain('not measured yet')
    expect(lineWith(page, 'six rows of Table 4')).toContain('not measured yet')
    expect(page).toContain('\neyes-wasm sweep --preset table4 --epochs 20 --data eyes/ --out table4\n')
    expect(page).toContain('**1 of 6 trainings are missing**')
    expect(page).not.toContain('somebody')
  })
})

describe('pictures', () => {
  const tiny = { epochs: [[0.1, 0]] as const, quality: { psnr: 20, ssim: 0.5 } }

  it('are copied of generated eyes alone', async () => {
    await writeSamples(join(folder, 'generated-samples-vae-best'), { run: true, images: true })
    await writeSamples(join(folder, 'samples-vae-best'), { run: false, images: true })
    await writeSamples(join(folder, 'samples-other-images'), { run: true, images: false })
    await writeSamples(join(folder, 'samples-of-before'), null)
    await writeRun(join(folder, 'generated-ae-report'), { options: {}, ...tiny })
    await writeRun(join(folder, 'ae-report'), { options: real, ...tiny })
    const { page, names } = await made()
    expect(names.filter(name => name.endsWith('.png'))).toEqual([
      'generated-samples-vae-best.png',
      'generated-ae-report-reconstructions.png',
    ])
    expect(page.match(/Its pictures show real eyes, or may/g)).toHaveLength(3)
    expect(lineWith(page, '`samples-vae-best`, VAE')).toContain('0.250')
    expect(page).toContain('eyes-wasm sample vae --data eyes/ --out s')
  })

  it.each([
    ['a run on real eyes', (at: string) => writeRun(at, { options: real, ...tiny })],
    ['a run from weights of unknown eyes', (at: string) => writeRun(at, { options: { init: '/w.bin' }, ...tiny })],
    ['samples of a model of real eyes', (at: string) => writeSamples(at, { run: false, images: true })],
    ['samples beside real eyes', (at: string) => writeSamples(at, { run: true, images: false })],
    ['samples that do not say', (at: string) => writeSamples(at, null)],
  ])('%s under a name that promises generated ones is refused', async (_, write) => {
    await write(join(folder, 'generated-samples-x'))
    await expect(made()).rejects.toThrow(/generated-samples-x is not of generated eyes alone/)
  })
})

describe('the guard', () => {
  it('names the file that says a path of this machine', () => {
    const files = [
      { name: 'a.csv', content: 'x' },
      { name: 'b.svg', content: '<svg>/home/me/eyes</svg>' },
    ]
    expect(() => checkNeutral(files, ['/home/me/eyes'])).toThrow(/b.svg says '\/home\/me\/eyes'/)
    expect(() => checkNeutral(files, ['/home/you'])).not.toThrow()
  })
})

describe('goals', () => {
  it('count values as they are, not as they are printed', () => {
    expect(verdict({ least: 0.996 }, 0.996, 4)).toBe('met')
    expect(verdict({ least: 0.996 }, 0.99599, 4)).toBe('**missed** by 0.0001')
    expect(verdict({ centre: 26.85, within: 0.5 }, 26.36, 2)).toBe('met')
    expect(verdict({ centre: 26.85, within: 0.5 }, 27.45, 2)).toBe('**missed** by 0.10 beyond the range')
    expect(verdict({ centre: 26.85, within: 0.5 }, 26.25, 2)).toBe('**missed** by 0.10 beyond the range')
    expect(verdict({ least: 1 }, undefined, 2)).toBe('not measured yet')
  })
})

describe('the KL term', () => {
  it("splits the report's row by its own PSNR", () => {
    const { mse, kl, sum } = splitOf(5, 1, 2)
    expect([mse.toFixed(4), kl.toFixed(4), sum]).toEqual(['0.0083', '0.0058', 0.0141])
    expect(Math.max(...lossRatios('ae'))).toBeLessThan(Math.min(...lossRatios('vae')))
  })

  const vae = { ...real, model: 'vae' } as const
  const epochs = (count: number, mse: (epoch: number) => number) =>
    Array.from({ length: count }, (_, i) => [mse(i + 1), 0.0059] as const)

  it('is judged by what was measured at 500 epochs', async () => {
    await writeRun(join(folder, 'vae'), { options: vae, epochs: epochs(500, () => 0.0085), quality: null })
    const ending = endingOf((await readRun(folder, 'vae'))!)!
    expect(ending).toMatchObject({ epoch: 500, extrapolated: null })
    expect(conclude(ending, splitOf(5, 1, 2))).toBe('confirmed')
    expect(conclude({ ...ending, kl: 0.0075 }, splitOf(5, 1, 2))).toBe('not confirmed')
  })

  it('is extrapolated from fewer, said so, and left open within what the fit may be off', async () => {
    // A power law to the end: 0.0085 at epoch 500.
    const law = (epoch: number) => 0.0085 * (epoch / 500) ** -0.4
    await writeRun(join(folder, 'vae-report'), { options: vae, epochs: epochs(100, law), quality: null })
    const ending = endingOf((await readRun(folder, 'vae-report'))!)!
    expect(ending.mse).toBeCloseTo(0.0085, 9)
    expect(ending.extrapolated!.mse.backTest).toBeCloseTo(0, 9)
    const { page } = await made()
    expect(lineWith(page, '*500, extrapolated*')).toContain('*0.00850*')
    expect(page).toContain('is confirmed, as far as an extrapolation can.**')
    const doubtful = { ...ending.extrapolated!, mse: { ...ending.extrapolated!.mse, backTest: 0.2 } }
    const far = { ...ending, mse: 0.0103 }
    expect(conclude(far, splitOf(5, 1, 2))).toBe('not confirmed')
    expect(conclude({ ...far, extrapolated: doubtful }, splitOf(5, 1, 2))).toBe('left open')
  })

  it('is laid beside other weights, ReLU heads alone', async () => {
    await writeRates(join(folder, 'rate-distortion'), [0.3, 1, 3], { ...real, epochs: 30 })
    const { page } = await made()
    // weight x KL is 0.006 for all of them, so that the MSE decides.
    expect(page).toContain('with weight 1, after 1 epochs')
    expect(page.match(/^\| (0\.3|1|3) \| 1 \| .* \| \+3 % \| .*$/gm)).toHaveLength(3)
    expect(page).toMatch(/rate-distortion --kl-weights 0.3,1,3 --compare-heads relu,linear .*--data eyes\/ --out rate/)
  })

  it('is not extrapolated from a handful of epochs', () => {
    const points = Array.from({ length: 19 }, (_, i) => ({ epoch: i + 1, value: 1 / (i + 1) }))
    expect(extrapolate(points, 500)).toBeNull()
  })
})

describe('history.csv', () => {
  it('is read by its heads, but for a line that is torn off', () => {
    expect(parseHistory('epoch,loss,val_mse\n1,0.5,0.25\n2,0.4,0.')).toEqual([{ epoch: 1, loss: 0.5, valMse: 0.25 }])
  })
})
