// `eyes-wasm export` on the real process, and what it wrote in the hands of others: onnxruntime-web, plain tfjs with its converter, and
// PyTorch (skipped, saying so, where python3 has no torch). The programs of docs/export.md are run as they stand there.
import { spawn, spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { runGraphModel } from '../../src/experiments/graph-model.js'
import { exportFormats, type ExportReport } from '../../src/experiments/export.js'
import { load } from '../../src/training/load.js'
import { emptyFolder, runCommand, type CommandResult } from '../cli/command.js'

const root = resolve(import.meta.dirname, '../..')
const kinds = ['ae', 'vae'] as const
const count = 2
const shape = [count, 50, 50, 3] as const
const images = Float32Array.from(generateEyes({ count, seed: 5 }).pixels, byte => byte / 255)

let place: Awaited<ReturnType<typeof emptyFolder>>
let server: Server
/** What the command said, by what it made. */
const exported = new Map<string, CommandResult>()
const exportName = (kind: string, format: string) => (format === 'tfjs' ? `${kind}-tfjs` : `${kind}.${format}`)
const at = (...names: string[]) => join(place.folder, ...names)
const command = (line: string, folder = place.folder) => runCommand(line.split(' '), { folder })

/** The code block after a heading of docs/export.md. */
function program(heading: string): string {
  const text = readFileSync(join(root, 'docs/export.md'), 'utf8')
  return /```\w+\n([^]*?)```/.exec(text.slice(text.indexOf(`\n## ${heading}\n`)))![1]!
}

/** Runs a program beside the exported files, while this process serves them. */
function execute(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return new Promise<string>((done, fail) => {
    const child = spawn(program, args, { cwd: place.folder, env: { ...process.env, ...environment }, timeout: 50_000 })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', fail)
    child.on('close', code => {
      if (code === 0) done(stdout)
      else fail(new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stderr}`))
    })
  })
}

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
const readFloats = async (name: string) => new Float32Array(new Uint8Array(await readFile(at(name))).buffer)

/** [count, pixels, 3] to [count, 3, pixels], or back. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const size = rows * columns
  return values.map((_, i) => {
    const [column, row] = [Math.floor((i % size) / rows), i % rows]
    return values[i - (i % size) + row * columns + column]!
  })
}

/** Our own reconstructions of the images by a run: what every other program has to give. */
async function ours(run: string): Promise<Float32Array> {
  const model = await load(at(run))
  const rebuilt = await model.reconstruct(images)
  await model.close()
  return rebuilt
}

function expectAlike(found: Float32Array, wanted: Float32Array) {
  expect(found).toHaveLength(wanted.length)
  const largest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
  expect(largest).toBeLessThan(1e-6)
  // Not all the same grey.
  expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(1e-3)
}

beforeAll(async () => {
  place = await emptyFolder()
  await symlink(join(root, 'node_modules'), at('node_modules'), 'junction')
  for (const kind of kinds) {
    const { code, stderr } = await command(
      `train --model ${kind} --limit 4 --epochs 2 --batch 2 --lr 0.01 --out ${kind}-run`,
    )
    expect(code, stderr).toBe(0)
    for (const format of exportFormats)
      exported.set(
        exportName(kind, format),
        await command(`export ${kind}-run --format ${format} --out ${exportName(kind, format)} --limit 2 --json`),
      )
  }
  server = createServer((request, response) => {
    const path = at(...request.url!.split('/'))
    if (existsSync(path)) response.end(readFileSync(path))
    else response.writeHead(404).end()
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
}, 150_000)
afterAll(async () => {
  server.close()
  await place.remove()
})

describe.each([
  ['onnx', (out: string) => [out], /^onnxruntime-web \d/],
  ['tfjs', (out: string) => [join(out, 'weights.bin'), join(out, 'model.json')], /read back/],
  ['safetensors', (out: string) => [out], /read back/],
] as const)('export --format %s', (format, files, checker) => {
  it.each(kinds)('writes and checks: %s', async kind => {
    const { code, stdout, stderr } = exported.get(exportName(kind, format))!
    expect(stderr).toMatch(/Checked on 2 images by .*reconstructions \d/)
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as ExportReport
    expect(report.files.map(({ path }) => path)).toEqual(files(exportName(kind, format)))
    for (const { path, bytes } of report.files) expect(bytes).toBe((await readFile(at(path))).length)
    const { by, differences, allowed } = report.check!
    expect(by).toMatch(checker)
    const latents = kind === 'ae' ? ['latent'] : ['mean', 'log_variance']
    expect(Object.keys(differences)).toEqual(['reconstructions', ...latents])
    expect(Math.max(...Object.values(differences))).toBeLessThan(1e-6)
    expect(allowed).toBeLessThan(1e-3)
  })
})

describe('what was written', () => {
  it.each(kinds)('onnxruntime-web computes as we do: %s', async kind => {
    const ort = await import('onnxruntime-web')
    ort.env.wasm.numThreads = 1
    const session = await ort.InferenceSession.create(at(`${kind}.onnx`))
    const input = new ort.Tensor('float32', transpose(images, 2500, 3), [count, 3, 50, 50])
    const found = await session.run({ images: input })
    expect(found.reconstructions!.dims).toEqual([count, 3, 50, 50])
    expectAlike(transpose(found.reconstructions!.data as Float32Array, 3, 2500), await ours(`${kind}-run`))
  })

  it.each(kinds)('plain tfjs computes as we do: %s', async kind => {
    await writeFile(at('images.bin'), bytesOf(images))
    const harness = `
      import '@tensorflow/tfjs-backend-cpu'
      import { readFileSync, writeFileSync } from 'node:fs'
      import { loadGraphModel } from '@tensorflow/tfjs-converter'
      import * as tf from '@tensorflow/tfjs-core'
      const model = await loadGraphModel(process.argv[2])
      const images = tf.tensor4d(new Float32Array(new Uint8Array(readFileSync('images.bin')).buffer), ${JSON.stringify(shape)})
      const results = model.predict(images)
      writeFileSync('rebuilt.bin', new Uint8Array(results[0].dataSync().buffer))
      console.log(JSON.stringify({ backend: tf.getBackend(), shapes: results.map(({ shape }) => shape) }))`
    await writeFile(at('load.mjs'), harness)
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${kind}-tfjs/model.json`
    const latent = [count, 50, 50, kind === 'ae' ? 48 : 96]
    expect(JSON.parse(await execute(process.execPath, ['load.mjs', address]))).toEqual({
      backend: 'cpu',
      shapes: [shape, latent, ...(kind === 'vae' ? [latent] : [])],
    })
    expectAlike(await readFloats('rebuilt.bin'), await ours(`${kind}-run`))
  })

  it('the check of a graph model sees a changed weight', async () => {
    const before = (await runGraphModel(at('ae-tfjs'), images, shape)).get('reconstructions')!
    expectAlike(before, await ours('ae-run'))
    await mkdir(at('changed'))
    await writeFile(at('changed/model.json'), await readFile(at('ae-tfjs/model.json')))
    const weights = await readFile(at('ae-tfjs/weights.bin'))
    weights.writeFloatLE(0.5, weights.length - 4) // The last bias of the decoder.
    await writeFile(at('changed/weights.bin'), weights)
    const after = (await runGraphModel(at('changed'), images, shape)).get('reconstructions')!
    expect(Math.abs(after[2]! - before[2]!)).toBeGreaterThan(0.1)
  })
})

describe('the programs of docs/export.md', () => {
  it('ONNX Runtime', async () => {
    await writeFile(at('onnx.mjs'), program('ONNX Runtime'))
    expect(await execute(process.execPath, ['onnx.mjs'])).toBe('[ 1, 3, 50, 50 ] [ 1, 48, 50, 50 ]\n')
  })

  it('TensorFlow.js', async () => {
    const { port } = server.address() as AddressInfo
    await writeFile(at('tfjs.mjs'), program('TensorFlow.js').replace('localhost:8080', `127.0.0.1:${port}`))
    expect(await execute(process.execPath, ['tfjs.mjs'])).toContain('[ 1, 50, 50, 3 ] [ 1, 50, 50, 48 ]\n')
  })

  // Debian's interpreter too, where another one comes first.
  const python = ['python3', '/usr/bin/python3'].find(path => spawnSync(path, ['-c', 'import torch']).status === 0)
  const title = python ? 'PyTorch' : 'PyTorch: skipped, no python3 has torch (Debian: apt-get install python3-torch)'
  it.skipIf(!python).each(kinds)(`${title}: %s`, async kind => {
    await writeFile(at('images.bin'), bytesOf(transpose(images, 2500, 3)))
    const harness = `
import sys
def floats(name):
    return torch.frombuffer(bytearray(open(name, 'rb').read()), dtype=torch.float32)
model = ${kind === 'ae' ? 'Autoencoder' : 'VAE'}()
model.load_state_dict(load_file('${kind}.safetensors'))
with torch.no_grad():
    rebuilt = (model(2 * floats('images.bin').reshape(${count}, 3, 50, 50) - 1) + 1) / 2
open('rebuilt.bin', 'wb').write(bytes(rebuilt.contiguous().storage().untyped()))
`
    await writeFile(at('model.py'), program('PyTorch') + harness)
    const PYTHONPATH = join(import.meta.dirname, 'stand-ins')
    expect(
      await execute(python!, ['model.py'], { PYTHONPATH, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' }),
    ).toBe('(1, 3, 50, 50)\n')
    expectAlike(transpose(await readFloats('rebuilt.bin'), 3, 2500), await ours(`${kind}-run`))
  })
})

describe('export refuses', () => {
  it.each([
    ['export ae-run --format keras', /--format: found 'keras', wanted onnx, tfjs or safetensors/],
    ['export ae-run', /required option '--format <name>'/],
    ['export ae-run --format onnx --out ae.onnx', /--out: ae\.onnx exists already/],
    ['export ae-run --format tfjs --out ae-tfjs', /--out: ae-tfjs holds 2 files already/],
    ['export nothing --format onnx', /nothing/],
    ['export ae-run --format onnx --limit 0 --out none.onnx', /--limit: found 0/],
  ])('%s', async (line, message) => {
    const before = (await place.entries()).join()
    const { code, stdout, stderr } = await command(line)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect((await place.entries()).join()).toBe(before)
  })

  it('a file that computes something else: it is removed, and the code is 1', async () => {
    const folder = at('liar')
    const runtime = join(folder, 'node_modules/onnxruntime-web')
    await mkdir(runtime, { recursive: true })
    await writeFile(join(runtime, 'package.json'), '{ "name": "onnxruntime-web", "main": "index.js" }')
    const liar = `
      class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }) } }
      const run = ({ images }) => Promise.resolve({ reconstructions: images, latent: images })
      const create = () => Promise.resolve({ inputNames: ['images'], run, release: () => Promise.resolve() })
      module.exports = { env: { wasm: {}, versions: { web: '0' } }, Tensor, InferenceSession: { create } }`
    await writeFile(join(runtime, 'index.js'), liar)
    const { code, stderr, stdout } = await command('export ../ae-run --format onnx --out a.onnx --json', folder)
    expect(stderr).toMatch(
      /a\.onnx: reconstructions by onnxruntime-web 0 differ from ours by 0\.\d+, .*It was removed\. Run it again/,
    )
    expect(stdout).toBe('')
    expect(code).toBe(1)
    expect(await readdir(folder)).toEqual(['node_modules'])
  })

  it('nothing, but says so, where there is no onnxruntime-web', async () => {
    const folder = at('plain')
    await mkdir(folder)
    await rm(at('node_modules'))
    try {
      const { code, stderr, stdout } = await command('export ../vae-run --format onnx --json', folder)
      expect(stderr).toMatch(/vae-run\.onnx {2}\d+ kB\nNot checked: onnxruntime-web is not installed/)
      expect(JSON.parse(stdout)).toMatchObject({ check: null, notChecked: expect.any(String) as string })
      expect(code).toBe(0)
      expect(await readdir(folder)).toEqual([basename('vae-run.onnx')])
    } finally {
      await symlink(join(root, 'node_modules'), at('node_modules'), 'junction')
    }
  })
})

it('export has help with examples', async () => {
  const { code, stdout } = await command('export --help')
  expect(stdout).toMatch(/Usage: eyes-wasm export[^]*Examples:\n/)
  expect(code).toBe(0)
})
