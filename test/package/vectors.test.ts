// The vector mode in the built command, on the engines that have it and those that have not: who sets V8's flags and when, what a wrong
// compilation leads to, and one SHA-256 of the trained weights for all of Node 20 and 24, both modes, and 1 to 3 threads.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasAvx2 } from '../../src/wasm/revectorize.js'
import { hasEngine, nodeEngine, runNode, type NodeMajor } from '../engines.js'

const dist = resolve(import.meta.dirname, '../../dist')
const cli = join(dist, 'cli.js')
const slow = 200_000

/** Node 24 comes from npm for Linux on x64 alone, and the mode wants AVX2. */
const isThere = hasEngine(20) && hasEngine(24) && process.arch === 'x64' && hasAvx2()
const where = isThere ? 'on Node 20 and 24' : 'not here: wants both Node versions, x64 and AVX2'

const preload = (program: string) => ['--import', `data:text/javascript,${encodeURIComponent(program)}`]

/** Says on stderr which flags are set in V8, before they are. */
const tellFlags = preload(`
  import v8 from 'node:v8'
  import { syncBuiltinESMExports } from 'node:module'
  const set = v8.setFlagsFromString
  v8.setFlagsFromString = flag => { process.stderr.write('flag ' + flag + '\\n'); set(flag) }
  syncBuiltinESMExports()`)

/** The kernels' main thread instances, where they were compiled for 256-bit pairs, forget to compute the convolution. */
const breakRevectorized = preload(`
  const { Instance, Module } = WebAssembly
  WebAssembly.Instance = function (module, imports) {
    const instance = new Instance(module, imports)
    if (Module.customSections(module, 'revectorized').length === 0) return instance
    return { exports: { ...instance.exports, conv2D: () => 0 } }
  }`)

const flagsInOrder = [
  '--experimental-wasm-revectorize',
  '--no-wasm-inlining',
  '--no-liftoff',
  '--no-wasm-lazy-compilation',
  '--wasm-lazy-compilation',
  '--liftoff',
  '--wasm-inlining',
  '--no-experimental-wasm-revectorize',
]
const flagsSet = (stderr: string) => [...stderr.matchAll(/^flag (.*)$/gm)].map(match => match[1])

describe.skipIf(!isThere)(`vectors, ${where}`, () => {
  let folder = ''
  const node = {} as Record<NodeMajor, string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-vectors-'))
    for (const major of [20, 24] as const) node[major] = await nodeEngine(major)
    const made = await runNode(node[20], [cli, 'data', 'make', '--count', '70', '--out', 'eyes'], folder)
    expect(made, made.stderr).toMatchObject({ code: 0 })
  }, slow)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  interface Run {
    readonly major: NodeMajor
    readonly threads: number
    readonly forbid?: boolean
    readonly options?: readonly string[]
  }
  let runs = 0
  /** Trains on the generated eyes; everything that a user finds afterwards. */
  async function train(model: readonly string[], { major, threads, forbid = false, options = [] }: Run) {
    const out = `run${runs++}`
    const data = ['--data', 'eyes', '--epochs', '1', '--out', out, '--quiet', '--json', '--threads', `${threads}`]
    const environment = forbid ? { EYES_WASM_REVECTORIZE: '0' } : {}
    const result = await runNode(node[major], [...options, cli, 'train', ...data, ...model], folder, environment)
    expect(result, result.stderr).toMatchObject({ code: 0 })
    const summary = JSON.parse(result.stdout) as { weightsSha256: string; threads: number }
    const config = JSON.parse(await readFile(join(folder, out, 'config.json'), 'utf8')) as { vectors: string }
    return { ...summary, vectors: config.vectors, stderr: result.stderr }
  }
  const tiny = ['--limit', '2', '--batch', '2']

  it('an import of the library or the backend sets no flag, and neither does training with the library', async () => {
    const data = JSON.stringify(join(folder, 'eyes'))
    const program = `
      import { train, vectorMode } from ${JSON.stringify(join(dist, 'index.js'))}
      await train({ data: ${data}, epochs: 1, limit: 1, threads: 1 })
      console.log(vectorMode())`
    for (const [text, wanted] of [
      [program, 'simd128\n'],
      [`import ${JSON.stringify(join(dist, 'index.js'))}\nimport ${JSON.stringify(join(dist, 'backend.js'))}`, ''],
    ]) {
      const result = await runNode(node[24], [...tellFlags, '--input-type=module', '--eval', text!], folder)
      expect(result).toEqual({ code: 0, stdout: wanted, stderr: '' })
    }
  })

  it('the library runs revectorized when it is told to', async () => {
    const program = `
      import { enableRevectorization, train, vectorMode } from ${JSON.stringify(join(dist, 'index.js'))}
      enableRevectorization()
      console.log(vectorMode())
      await train({ data: ${JSON.stringify(join(folder, 'eyes'))}, epochs: 1, limit: 1, threads: 1 })
      console.log(vectorMode())`
    const result = await runNode(node[24], [...tellFlags, '--input-type=module', '--eval', program], folder)
    expect(result).toMatchObject({ code: 0, stdout: 'simd128\nrevectorized\n' })
    expect(flagsSet(result.stderr)).toEqual(flagsInOrder)
  })

  it('the command sets the flags for one compilation and takes them back, on Node 24 alone', async () => {
    const newest = await train(tiny, { major: 24, threads: 1, options: tellFlags })
    expect(newest.vectors).toBe('revectorized')
    expect(flagsSet(newest.stderr)).toEqual(flagsInOrder)
    expect(newest.stderr).not.toMatch(/^(?!flag )./m)
    const forbidden = await train(tiny, { major: 24, threads: 1, options: tellFlags, forbid: true })
    const oldest = await train(tiny, { major: 20, threads: 1, options: tellFlags })
    for (const { vectors, stderr } of [forbidden, oldest])
      expect({ vectors, stderr }).toEqual({ vectors: 'simd128', stderr: '' })
  })

  it('--version compiles nothing', async () => {
    const { code, stderr } = await runNode(node[24], [...tellFlags, cli, '--version'], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('doctor says which', async () => {
    const { code, stdout } = await runNode(node[24], [cli, 'doctor', '--quiet', '--threads', '1'], folder)
    expect(stdout).toMatch(/^ok {4}Vectors +256-bit pairs \(revectorized, V8 \d+\.\d+\)$/m)
    expect(stdout).toMatch(/^ok {4}Kernels +\d+ agree with the plain reference$/m)
    expect(code).toBe(0)
  })

  it('a wrong value of the variable is an input error', async () => {
    const args = [cli, 'train', '--data', 'eyes', '--epochs', '1', '--out', 'never']
    const { code, stderr } = await runNode(node[24], args, folder, { EYES_WASM_REVECTORIZE: 'off' })
    expect(stderr).toContain("EYES_WASM_REVECTORIZE: is 'off', wanted 0 (128-bit vectors) or 1")
    expect(code).toBe(2)
  })

  it('a wrong compilation is found, said and not used: training goes on with 128-bit vectors', async () => {
    const right = await train(tiny, { major: 24, threads: 1 })
    const broken = await train(tiny, { major: 24, threads: 1, options: breakRevectorized })
    expect(right).toMatchObject({ vectors: 'revectorized', stderr: '' })
    expect(broken.vectors).toBe('simd128')
    expect(broken.stderr).toMatch(/Warning: eyes-wasm: Conv2D compute something else as 256-bit pairs/)
    expect(broken.weightsSha256).toBe(right.weightsSha256)
  })

  const geometry = (kernel: number, stride: number, padding: number) =>
    ['--kernel', `${kernel}`, '--stride', `${stride}`, '--padding', `${padding}`] as const
  // (3, 1, 1) is what engines.test.ts trains everywhere. Steps large enough for four micro-batches, or three threads would not be started; the last one smaller where it is quick.
  it.each([
    { name: 'VAE (5, 1, 2)', model: ['--model', 'vae', ...geometry(5, 1, 2), '--limit', '5', '--batch', '4'] },
    { name: 'VAE (6, 2, 3)', model: ['--model', 'vae', ...geometry(6, 2, 3), '--limit', '70', '--batch', '60'] },
  ])('$name: the same weights everywhere', { timeout: slow }, async ({ model }) => {
    const results = [
      await train(model, { major: 20, threads: 2 }),
      await train(model, { major: 24, threads: 2, forbid: true }),
    ]
    for (const threads of [1, 2, 3]) results.push(await train(model, { major: 24, threads }))
    expect(results.map(({ threads, vectors }) => [threads, vectors])).toEqual([
      [2, 'simd128'],
      [2, 'simd128'],
      [1, 'revectorized'],
      [2, 'revectorized'],
      [3, 'revectorized'],
    ])
    const [first, ...others] = results.map(({ weightsSha256 }) => weightsSha256)
    expect(others).toEqual(Array(4).fill(first))
  })
})
