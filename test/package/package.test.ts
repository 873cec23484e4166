// The package as its users get it: packed, installed into an empty folder outside the repository on the oldest and the newest Node, and
// run there. Reads dist/ as `npm test` has built it. Not here: what the commands print and refuse (test/cli), examples of the documents
// (snippets.test.ts).
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasEngine, nodeEngine, runNode, runNpm, type NodeMajor } from '../engines.js'

const root = resolve(import.meta.dirname, '../..')
const dataFolder = resolve(root, process.env['EYES_DATA_DIR'] ?? '../shared/data')
const installLimit = 20e6 // bytes
const slow = 300_000 // milliseconds: an install, or a run, on a busy machine

interface Manifest {
  readonly scripts: Record<string, string>
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dev?: boolean
        readonly peer?: boolean
        readonly inBundle?: boolean
        readonly integrity?: string
        readonly hasInstallScript?: boolean
      }
    >
  >
}

/** Scripts that npm runs where a package is installed; postprepare and prepack run in a checkout only. */
const runsAtInstall = (name: string) => /^(pre|post)?install$|^(pre)?prepare$|^(pre|post)?uninstall$/.test(name)

let scratch = ''
let tarball = ''
let packed: string[] = []

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('dist/cli.js is not there. Run npm run build first.')
  scratch = await mkdtemp(join(tmpdir(), 'eyes-wasm-package-'))
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch]
  const { stdout } = await runNpm(process.execPath, 'npm', args, root)
  const [first] = Object.values(JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>)
  tarball = join(scratch, first!.filename)
  packed = first!.files.map(file => file.path).sort()
}, slow)
afterAll(() => rm(scratch, { recursive: true, force: true }))

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as unknown
const dist = (file: string) => readFile(join(root, 'dist', file), 'utf8')

/** Every file below a folder, as slash-separated paths relative to it. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/** A new project with the packed package, and more, installed into it as users do. */
async function installed(node: string, ...more: string[]): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'project-'))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const { stderr } = await runNpm(node, 'npm', ['install', '--prefer-offline', tarball, ...more], folder)
  expect(stderr, 'npm has nothing to say about install scripts').not.toMatch(/scripts.*eyes-wasm|eyes-wasm.*scripts/)
  return folder
}

describe('the packed files', () => {
  it('are the built package, its documents and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/(THIRD_PARTY_LICENSES\.txt|(cli|index|backend|worker|trainer-worker|module-worker|chunk-[A-Z0-9]+)\.js|(trainer|module)-worker\.cjs|[a-z-]+\.wasm|web\/(backend|index|worker)\.js|web\/[a-z-]+\.wasm|types\/[a-z/-]+\.d\.ts))$/
    expect(packed.filter(file => !allowed.test(file))).toEqual([])
    for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/THIRD_PARTY_LICENSES.txt', 'dist/kernels.wasm'])
      expect(packed).toContain(file)
  })

  it('hold no chunk that nothing loads', async () => {
    const texts = await Promise.all(packed.filter(file => file.endsWith('.js')).map(file => dist(file.slice(5))))
    const unused = packed.filter(file => file.includes('chunk-') && !texts.some(text => text.includes(file.slice(5))))
    expect(unused).toEqual([])
  })

  it('have lines that a terminal can show: Node prints the one that an uncaught error comes from', async () => {
    const texts = await Promise.all(['backend.js', 'index.js', 'module-worker.js'].map(dist))
    const longest = texts.map(text => Math.max(...text.split('\n').map(line => line.length)))
    expect(Math.max(...longest)).toBeLessThan(2000)
  })

  it('run nothing at installation, and depend on the WebAssembly build of sharp alone', async () => {
    const { scripts, dependencies, ...others } = (await json(join(root, 'package.json'))) as Manifest
    expect(Object.keys(scripts).filter(runsAtInstall)).toEqual([])
    expect(Object.keys(dependencies)).toEqual(['@img/sharp-wasm32'])
    for (const field of ['optionalDependencies', 'bundleDependencies', 'bundledDependencies', 'gypfile'])
      expect(others).not.toHaveProperty(field)
    // npm runs node-gyp for a package with this file, script or not.
    expect(packed.filter(file => file.endsWith('.gyp'))).toEqual([])
  })

  it('bring no dependency that runs anything, by the lockfile that is committed', async () => {
    const { packages } = (await json(join(root, 'package-lock.json'))) as Lockfile
    const shipped = Object.entries(packages).filter(([path, { dev, peer }]) => path !== '' && !dev && !peer)
    expect(shipped.map(([path]) => path)).toContain('node_modules/@img/sharp-wasm32')
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
    // Each from the registry, with the hash of its content.
    const sealed = shipped.filter(([, { integrity, inBundle }]) => integrity?.startsWith('sha512-') || inBundle)
    expect(sealed.length).toBe(shipped.length)
    for (const [path] of shipped.filter(([path]) => existsSync(join(root, path)))) {
      const { scripts = {} } = (await json(join(root, path, 'package.json'))) as Partial<Manifest>
      expect(Object.keys(scripts).filter(runsAtInstall), path).toEqual([])
    }
  })

  it('name the licence of everything bundled', async () => {
    const text = await dist('THIRD_PARTY_LICENSES.txt')
    const bundled = [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-wasm',
      'piscina',
      'commander',
      'picocolors',
      'sharp',
    ]
    const charts = ['vega', 'vega-lite', 'vega-scale', 'd3-array', 'd3-geo']
    for (const name of [...bundled, ...charts]) expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
    for (const words of ['Apache License', 'XNNPACK', 'BSD', 'ISC', 'Permission is hereby granted'])
      expect(text).toContain(words)
  })

  it('load the charting library on demand only', async () => {
    const isChart = (text: string) => text.includes('Duplicate signal name') // words of vega's parser
    const staticImports = (text: string) =>
      [...text.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)].map(match => match[1]!)
    const loadedBy = async (file: string, seen = new Map<string, string>()) => {
      if (seen.has(file)) return seen
      seen.set(file, await dist(file))
      for (const next of staticImports(seen.get(file)!)) await loadedBy(next, seen)
      return seen
    }
    for (const entry of ['cli.js', 'index.js', 'backend.js', 'trainer-worker.js', 'worker.js'])
      expect([...(await loadedBy(entry)).values()].some(isChart), entry).toBe(false)
    const all = await Promise.all(packed.filter(file => file.endsWith('.js')).map(file => dist(file.slice(5))))
    expect(all.some(isChart)).toBe(true)
  })
})

const majors: NodeMajor[] = [20, 24]

// Node 24 comes from an npm package that exists for Linux on x64 alone; elsewhere the running Node is what can be tested.
describe.for(majors.map(major => ({ major })))('installed on Node $major', ({ major }) => {
  describe.skipIf(!hasEngine(major))(hasEngine(major) ? 'with npm' : 'not here: fetched for linux-x64 only', () => {
    let node = ''
    let folder = ''
    beforeAll(async () => {
      node = await nodeEngine(major)
      folder = await installed(node)
    }, slow)

    const eyesWasm = (...args: string[]) => runNpm(node, 'npx', ['eyes-wasm', ...args], folder)

    /** Trains one epoch on a few images; the run folder's files. */
    async function trainOneEpoch(out: string, ...source: string[]) {
      const args = ['train', '--epochs', '1', '--limit', '24', '--threads', '2', '--out', out, ...source]
      const result = await eyesWasm(...args)
      expect(result, result.stderr).toMatchObject({ code: 0 })
      return (await readdir(join(folder, out))).sort()
    }
    const runFiles = [
      'checkpoints',
      'config.json',
      'history.csv',
      'loss.svg',
      'model.safetensors',
      'reconstructions.png',
      'summary.json',
    ]

    it('has no native file, no tfjs of its own, and takes 20 MB or less', async () => {
      const files = await filesBelow(folder)
      expect(files).toContain('node_modules/eyes-wasm/dist/cli.js')
      expect(files.filter(file => /\.(node|so|dll|dylib)$/.test(file))).toEqual([])
      expect(files.filter(file => file.includes('@tensorflow/'))).toEqual([])
      const sizes = await Promise.all(files.map(async file => (await stat(join(folder, file))).size))
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(installLimit)
    })

    it('trains on generated eyes', { timeout: slow }, async () => {
      expect(await trainOneEpoch('generated')).toEqual(runFiles)
    })

    const npy = join(dataFolder, 'eyes/data.npy')
    it.skipIf(!existsSync(npy))(
      existsSync(npy) ? 'trains on data.npy' : 'data.npy: the real eyes are absent; set EYES_DATA_DIR',
      { timeout: slow },
      async () => expect(await trainOneEpoch('npy', '--data', npy)).toEqual(runFiles),
    )

    const jpeg = join(dataFolder, 'eyes-jpg')
    it.skipIf(!existsSync(jpeg))(
      existsSync(jpeg) ? 'trains on a folder of JPEG files' : 'JPEG: the real eyes are absent; set EYES_DATA_DIR',
      { timeout: slow },
      async () => {
        // A few of each class: all of them would be decoded, for as long as all else in this file takes.
        const few = join(folder, 'few')
        for (const name of await readdir(jpeg))
          for (const file of (await readdir(join(jpeg, name))).slice(0, 15))
            await cp(join(jpeg, name, file), join(few, name, file))
        expect(await trainOneEpoch('jpeg', '--data', few)).toEqual(runFiles)
      },
    )

    it('answers --version within 0.3 s of CPU time', async () => {
      const bin = join(folder, 'node_modules/eyes-wasm/dist/cli.js')
      const report = "process.on('exit',()=>{const{user,system}=process.cpuUsage();console.error((user+system)/1e6)})"
      const result = await runNode(node, ['--import', `data:text/javascript,${report}`, bin, '--version'], folder)
      const { version } = (await json(join(root, 'package.json'))) as { version: string }
      expect(result.stdout).toBe(`${version}\n`)
      expect(Number(result.stderr)).toBeGreaterThan(0)
      expect(Number(result.stderr)).toBeLessThan(0.3)
    })

    it('is a library, for import and for require', async () => {
      await writeFile(join(folder, 'library.mjs'), "import { version } from 'eyes-wasm'\nconsole.log(version)\n")
      await writeFile(join(folder, 'library.cjs'), "console.log(require('eyes-wasm').version)\n")
      const { version } = (await json(join(root, 'package.json'))) as { version: string }
      for (const file of ['library.mjs', 'library.cjs']) {
        const result = await runNode(node, [file], folder)
        expect(result.stdout, result.stderr).toBe(`${version}\n`)
      }
    })
  })
})

describe('in this checkout', () => {
  it('npx finds the command', { timeout: slow }, async () => {
    const result = await runNpm(process.execPath, 'npx', ['eyes-wasm', '--version'], root)
    const { version } = (await json(join(root, 'package.json'))) as { version: string }
    expect(result.stdout, result.stderr).toBe(`${version}\n`)
  })

  it(
    'decodes and encodes images without a native addon, although sharp brings some here',
    { timeout: slow },
    async () => {
      const native =
        'console.error(JSON.stringify(process.report.getReport().sharedObjects.filter(f=>/\\.node$|vips/.test(f))))'
      const hook = `data:text/javascript,process.report.excludeNetwork=true;process.on('exit',()=>${native})`
      const images = join(scratch, 'images')
      await mkdir(images)
      const cli = join(root, 'dist/cli.js')
      const sheet = join(images, 'sheet.png')
      const make = await runNode(
        process.execPath,
        [cli, 'data', 'make', '--count', '4', '--out', join(images, 'npy')],
        root,
      )
      expect(make, make.stderr).toMatchObject({ code: 0 })
      const encode = ['data', 'show', join(images, 'npy'), '--out', sheet]
      const decode = ['data', 'show', images, '--out', join(scratch, 'again.png')]
      for (const args of [encode, decode]) {
        const result = await runNode(process.execPath, ['--import', hook, cli, ...args], root)
        expect(result, result.stderr).toMatchObject({ code: 0 })
        expect(JSON.parse(result.stderr.trimEnd().split('\n').at(-1)!)).toEqual([])
      }
    },
  )
})

describe("a user's program", () => {
  let folder = ''
  beforeAll(async () => {
    folder = await installed(process.execPath, '@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0')
    await cp(join(import.meta.dirname, 'consumer'), folder, { recursive: true })
  }, slow)

  const libraries = {
    node: { types: ['node'], lib: ['ES2022'] },
    dom: { types: [], lib: ['ES2022', 'DOM'] },
  }
  const resolutions = [
    { module: 'node16', moduleResolution: 'node16' },
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'preserve', moduleResolution: 'bundler' },
  ]
  // One process for all of them: most of a compiler's time is its own start.
  it(
    'type-checks under each way to find modules, with the types of Node and of the DOM',
    { timeout: slow },
    async () => {
      const projects = Object.entries(libraries).flatMap(([name, shared]) =>
        resolutions.map(resolution => ({
          file: `${name}-${resolution.moduleResolution}.json`,
          compilerOptions: {
            ...{
              ...shared,
              ...resolution,
              target: 'ES2022',
              strict: true,
              exactOptionalPropertyTypes: true,
              noEmit: true,
            },
            typeRoots: [join(root, 'node_modules/@types')],
          },
        })),
      )
      for (const { file, compilerOptions } of projects)
        await writeFile(join(folder, file), JSON.stringify({ compilerOptions, files: ['main.ts', 'trainer.ts'] }))
      const tsc = join(root, 'node_modules/typescript/bin/tsc')
      const files = projects.map(({ file }) => file)
      const { code, stdout, stderr } = await runNode(process.execPath, [tsc, '--build', '--verbose', ...files], folder)
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
      expect([...stdout.matchAll(/Building project '.*?([\w-]+\.json)'/g)].map(match => match[1])).toEqual(files)
    },
  )

  it('gets convolution gradients from the backend in its own tfjs-core', { timeout: slow }, async () => {
    const result = await runNode(process.execPath, ['gradients.mjs'], folder)
    expect(result, result.stderr).toMatchObject({ code: 0 })
    const { ours, reference, sameCore } = JSON.parse(result.stdout) as Record<'ours' | 'reference', Gradients> & {
      sameCore: boolean
    }
    expect(sameCore).toBe(true)
    expect(ours.backend).toBe('eyes-wasm')
    expect(ours.values.map(values => values.length)).toEqual([2 * 9 * 7 * 3, 3 * 3 * 3 * 5])
    for (const [index, values] of ours.values.entries()) {
      const wanted = reference.values[index]!
      const largest = Math.max(...wanted.map(value => Math.abs(value)))
      const error = Math.max(...values.map((value, i) => Math.abs(value - wanted[i]!)))
      // Sums of at most 2 * 9 * 7 * 5 products, each rounded once: 630 * 2^-24 of the largest value, were all errors of one sign.
      expect(error).toBeLessThanOrEqual(630 * 2 ** -24 * largest)
      expect(largest).toBeGreaterThan(1)
    }
  })

  it("keeps Node's own end of a program that fails", { timeout: slow }, async () => {
    const program = [
      "import * as tf from '@tensorflow/tfjs-core'",
      "import 'eyes-wasm/backend'",
      "await tf.setBackend('eyes-wasm')",
      "setTimeout(() => { throw new Error('a mistake of mine') }, 1)",
    ]
    await writeFile(join(folder, 'fails.mjs'), program.join('\n'))
    const result = await runNode(process.execPath, ['fails.mjs'], folder)
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^file:.*fails\.mjs:4\n/)
  })
})

interface Gradients {
  readonly backend: string
  readonly values: number[][]
}
