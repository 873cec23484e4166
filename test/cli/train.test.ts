// Whole runs of the real command with worker threads: what ends up where, on signals too.
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { runFiles } from '../../src/training/run-folder.js'
import { version } from '../../src/version.js'
import { cliPath, emptyFolder, runCommand } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
const command = (line: string, options: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(line.split(' '), { folder: place.folder, ...options })
const readJson = async (path: string) =>
  JSON.parse(await readFile(join(place.folder, path), 'utf8')) as Record<string, unknown>

beforeAll(async () => {
  place = await emptyFolder()
  const pixels = Uint8Array.from({ length: 8 * 12 * 12 * 3 }, (_, i) => (i * 37) % 256)
  await writeFile(join(place.folder, 'data.npy'), encodeNpy(pixels, [8, 12, 12, 3]))
})
afterAll(() => place.remove())

describe('eyes-wasm train', () => {
  it('leaves a complete, numbered run folder and prints its summary as JSON alone', async () => {
    const first = await command('train --data data.npy --epochs 2 --json')
    expect(first.stderr).toMatch(/Autoencoder\([^]*epoch 1\/2 .*\nepoch 2\/2 .*\n/)
    expect(first.code).toBe(0)
    // augmented.png is of runs that change their images.
    const files = Object.values(runFiles).filter(name => name !== runFiles.augmented)
    expect((await readdir(join(place.folder, 'runs/ae-k3s1p1'))).toSorted()).toEqual(files.toSorted())
    expect(JSON.parse(first.stdout)).toEqual(await readJson('runs/ae-k3s1p1/summary.json'))

    const again = await command('train --config runs/ae-k3s1p1/config.json --threads 1 --quiet')
    expect(again).toEqual({ code: 0, stdout: '', stderr: '' })
    const [one, two] = await Promise.all(
      ['ae-k3s1p1', 'ae-k3s1p1-2'].map(name => readJson(`runs/${name}/summary.json`)),
    )
    expect(two!.weightsSha256).toBe(one!.weightsSha256)
  })

  it('has flags for everything beyond the report, and a preset that they overrule', async () => {
    const first = await command(
      'train --data data.npy --epochs 3 --preset best --no-flip --shift 1 --lr-schedule one-cycle --lr-warmup 1 --lr-min 1e-6 ' +
        '--clip-norm 0.5 --ema 0.5 --val-split 0.25 --monitor val_loss --patience 2 --out recipe',
    )
    expect(first.stderr).toMatch(
      /8 images from .*data\.npy, 2 held out, 3 epochs\n[^]*epoch 1\/3 .*held out \d[^]*\nheld out  +\d/,
    )
    expect(first.code).toBe(0)
    expect((await readdir(join(place.folder, 'recipe'))).toSorted()).toEqual(Object.values(runFiles).toSorted())
    const config = await readJson('recipe/config.json')
    expect(config.options).toMatchObject({
      ...{ preset: 'best', batch: 16, flip: false, shift: 1, lrSchedule: 'one-cycle', lrWarmup: 1, lrMin: 1e-6 },
      ...{ clipNorm: 0.5, ema: 0.5, valSplit: 0.25 },
    })
    expect(config.control).toMatchObject({ monitor: 'val_loss', patience: 2 })
    expect(await readFile(join(place.folder, 'recipe/history.csv'), 'utf8')).toMatch(
      /^epoch,.*,val_loss,val_mse,val_kl\n1,/,
    )
    const evaluated = await command('evaluate recipe')
    expect(evaluated.stdout).toMatch(/over 6 images and 2 held out[^]*trained on .*\nheld out /)

    const again = await command('train --config recipe/config.json --out recipe-again --json --quiet')
    expect(JSON.parse(again.stdout)).toMatchObject({
      weightsSha256: (await readJson('recipe/summary.json')).weightsSha256,
    })
    await command('train --config recipe/config.json --preset report --epochs 1 --monitor loss --out plain --quiet')
    expect((await readJson('plain/config.json')).options).toMatchObject({
      preset: 'report',
      ema: 0,
      batch: 164,
      shift: 0,
    })
  })

  it('starts from weights of another run, and does not shuffle when told so', async () => {
    const { code } = await command(
      'train --data data.npy --epochs 1 --init runs/ae-k3s1p1/model.safetensors --no-shuffle --out warm --quiet',
    )
    expect(code).toBe(0)
    expect((await readJson('warm/config.json')).options).toMatchObject({ shuffle: false })
  })

  it('ends with code 3 when training becomes non-finite', async () => {
    const { code, stderr } = await command('train --data data.npy --epochs 50 --lr 1e38 --out diverged')
    expect(stderr).toMatch(
      /^eyes-wasm: .*(NaN|Infinity|finite).* --init .*diverged.checkpoints.last\.safetensors and a lower --lr/m,
    )
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(code).toBe(3)
  })

  it('ends with code 4 when its folder vanishes', async () => {
    let removed: Promise<void> | undefined
    const { code, stderr } = await command('train --data data.npy --epochs 100000 --out vanishing', {
      onStderr: text => {
        if (text.includes('epoch 2/')) removed ??= rm(join(place.folder, 'vanishing'), { recursive: true, force: true })
      },
    })
    expect(stderr).toMatch(/vanishing.history\.csv: cannot write \(ENOENT\)/)
    expect(stderr).not.toContain('--resume')
    expect(code).toBe(4)
  })

  // Windows knows no such signals: kill() ends the process there.
  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('on %s finishes the step, saves, says how to go on, and ends with code %i', async (signal, exitCode) => {
    let sent = false
    const { code, stderr, stdout } = await command(`train --data data.npy --epochs 100000 --out ${signal} --json`, {
      onStderr: (text, kill) => {
        if (sent || !text.includes('epoch 2/')) return
        sent = true
        kill(signal)
      },
    })
    expect(stderr).toMatch(new RegExp(`^${signal}: finishing`, 'm'))
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(code).toBe(exitCode)
    const rows = (await readFile(join(place.folder, signal, 'history.csv'), 'utf8')).trim().split('\n').length - 1
    expect(rows).toBeGreaterThanOrEqual(2)
    expect(JSON.parse(stdout)).toEqual({
      ...{ stopped: 'interrupted', epoch: rows, step: 1, stepsPerEpoch: 1, epochs: 100000 },
      folder: join(await realpath(place.folder), signal),
    })
    const hint = `stopped after epoch ${rows} of 100000; saved. Continue with: eyes-wasm train --resume ${signal}`
    expect(stderr.trim().split('\n').at(-1)).toBe(hint)
    expect((await readdir(join(place.folder, signal))).toSorted()).toEqual([
      'checkpoints',
      'config.json',
      'history.csv',
      'model.safetensors',
    ])
    const resumed = await command(`train --resume ${signal} --epochs ${rows + 1}`)
    expect(resumed.stderr).toContain(`resumed at epoch ${rows + 1}, step 1 of 1\n`)
    expect(resumed.stderr).toContain(`${rows + 1} epochs of 8 images`)
    expect(resumed.code).toBe(0)
  })

  it.skipIf(process.platform === 'win32')('leaves at once on a second signal', async () => {
    let sent = false
    const { code, stderr } = await command('train --epochs 100000 --limit 64 --batch 64 --threads 1 --out twice', {
      onStderr: (text, kill) => {
        if (sent || !text.includes('epoch 1/')) return
        sent = true
        // Both within one step, and in this order: the system hands over the lower number first.
        kill('SIGINT')
        kill('SIGTERM')
      },
    })
    expect(stderr).toContain('SIGINT: finishing')
    expect(stderr).not.toContain('written to')
    expect(code).toBe(143)
    // It left at once, so its lock is a dead one's; the checkpoint of before is whole.
    expect(await readdir(join(place.folder, 'twice'))).toContain('lock.json')
    const resumed = await command('train --resume twice --max-time 0.01s')
    expect(resumed.stderr).toMatch(
      /resumed at epoch 1, step 1 of 1\n[^]*stopped after epoch 1 of 100000 \(the time is up\); saved/,
    )
    expect(resumed.code).toBe(0)
  })

  it('ends with code 0 when the time is up, goes on from a step, and then has nothing left to do', async () => {
    const first = await command('train --data data.npy --batch 3 --epochs 2 --out timed --max-time 0.001s')
    expect(first.stderr).toContain(
      'stopped in epoch 1 of 2, step 1 of 3 (the time is up); saved. Continue with: eyes-wasm train --resume timed\n',
    )
    expect(first.code).toBe(0)
    const second = await command('train --resume timed --json')
    expect(second.stderr).toContain('resumed at epoch 1, step 2 of 3\n')
    const third = await command('train --resume timed --json')
    expect(third.stderr).toMatch(
      /^timed is finished: nothing left to train\. To train further, add --epochs with more\.\n/,
    )
    expect([second.code, third.code]).toEqual([0, 0])
    expect(third.stdout).toBe(second.stdout)
    expect(JSON.parse(third.stdout)).toEqual(await readJson('timed/summary.json'))
  })

  it('finishes early by --patience, and says so', async () => {
    const { code, stderr } = await command('train --data data.npy --epochs 99 --patience 2 --min-delta 9 --out patient')
    expect(stderr).toMatch(/^3 epochs of 8 images .* \(stopped after epoch 3 of 99: no better loss for 2 epochs\)$/m)
    expect(code).toBe(0)
    expect(await readJson('patient/summary.json')).toMatchObject({ epochs: 3 })
  })

  it.each([
    ['--lr 0.5', /--lr: found 0\.5, the run was trained with 0\.001/],
    ['--no-shuffle', /--shuffle: found false, the run was trained with true/],
    ['--out other', /--out: found other together with --resume/],
    ['--save-every 5', /--save-every: found '5', wanted a time or a number of epochs or steps/],
    ['--max-time soon', /--max-time: found 'soon', wanted a time/],
  ])('does not go on with %s', async (flags, message) => {
    const { code, stderr } = await command(`train --resume runs/ae-k3s1p1 ${flags}`)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})

describe('a trained model', () => {
  it('is measured beside the report', async () => {
    const { code, stdout } = await command('evaluate runs/ae-k3s1p1')
    expect(stdout).toMatch(/^AE \(3, 1, 1\) over 8 images[^]*report, Table 1 +42\.53 +0\.996 +0\.0002/)
    expect(code).toBe(0)
    const json = await command('evaluate runs/ae-k3s1p1/model.safetensors --data data.npy --json')
    const summary = await readJson('runs/ae-k3s1p1/summary.json')
    const { psnr, ssim, mse } = summary
    expect(JSON.parse(json.stdout)).toMatchObject({ psnr, ssim, mse, images: 8, report: { psnr: 42.53 } })
  })

  it('reconstructs images into pictures and into an array', async () => {
    const pictures = await command('reconstruct runs/ae-k3s1p1 --data data.npy --out pictures')
    expect(pictures.code).toBe(0)
    expect(await readdir(join(place.folder, 'pictures'))).toHaveLength(8)
    const array = await command('reconstruct runs/ae-k3s1p1 --data data.npy --out array.npy --json --quiet')
    expect(JSON.parse(array.stdout)).toEqual({ images: 8, out: 'array.npy' })
    const bytes = await readFile(join(place.folder, 'array.npy'))
    expect(bytes.toString('latin1', 10, 80)).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (8, 12, 12, 3)",
    )
  })
})

describe('the command itself', () => {
  it('tells its version in less than 0.3 s of CPU', async () => {
    const report = `process.on('exit', () => process.stderr.write(JSON.stringify(process.cpuUsage())))`
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(report)}`
    const { code, stdout, stderr } = await command('--version', { environment: { NODE_OPTIONS } })
    expect(stdout).toBe(`${version}\n`)
    expect(code).toBe(0)
    const { user, system } = JSON.parse(stderr) as NodeJS.CpuUsage
    expect((user + system) / 1e6).toBeLessThan(0.3)
  })

  it.each(['', 'train', 'evaluate', 'reconstruct', 'sweep', 'data make', 'data show', 'doctor'])(
    'has help with examples: %s',
    async name => {
      const { code, stdout } = await command(`${name} --help`.trim())
      expect(stdout).toMatch(/Usage: eyes-wasm[^]*Examples:\n/)
      expect(code).toBe(0)
    },
  )

  it('does not mind a reader that goes away', () => {
    const line = `"${process.execPath}" "${cliPath}" evaluate runs/ae-k3s1p1 | head -c 1`
    const { stderr, stdout } = spawnSync(line, { cwd: place.folder, shell: true, encoding: 'utf8' })
    expect(stdout).toBe('A')
    expect(stderr).toBe('')
  })
})

describe('the library', () => {
  it('leaves nothing open: a program ends by itself after its last await', async () => {
    const library = pathToFileURL(join(cliPath, '..', 'index.js')).href
    const program = `
      import { EyesWasmError, evaluate, load, train } from ${JSON.stringify(library)}
      const { model, summary, history, folder } = await train({ data: 'data.npy', epochs: 2, threads: 2 })
      const { psnr } = await evaluate({ model, data: 'data.npy' })
      const loaded = await load(model)
      const images = new Float32Array(2 * 12 * 12 * 3).fill(0.5)
      const { mean } = await loaded.encode(images)
      const decoded = await loaded.decode(mean)
      const rebuilt = await loaded.reconstruct(images)
      const isSame = decoded.every((value, i) => value === rebuilt[i])
      await loaded.close()
      const code = await train({ epochs: 0 }).catch(error => error instanceof EyesWasmError && error.code)
      console.log(JSON.stringify({ epochs: history.length, folder, isMeasuredAlike: psnr === summary.psnr, latents: mean.length, isSame, code }))`
    await writeFile(join(place.folder, 'program.mjs'), program)
    const { stdout, stderr, status } = spawnSync(process.execPath, ['program.mjs'], {
      cwd: place.folder,
      encoding: 'utf8',
      timeout: 40_000,
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      epochs: 2,
      folder: null,
      isMeasuredAlike: true,
      latents: 2 * 12 * 12 * 48,
      isSame: true,
      code: 'INPUT',
    })
    expect(status).toBe(0)
  })
})
