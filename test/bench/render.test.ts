// --render: README's tables, the pages and the chart are made of stored results alone, and those in the repository are what it makes.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeResults } from '../../bench/files.js'
import { reportModels } from '../../bench/models.js'
import { readmeText } from '../../bench/readme.js'
import { chartPath, markdownPath, rendered, withTables } from '../../bench/render.js'
import { barsOf } from '../../bench/speed-chart.js'
import { aMachine, besidePyTorch, peerRow, results, trainRow } from './fixtures.js'

const models = [...reportModels.keys()]
const newer = results({
  peers: [...models.flatMap(model => besidePyTorch(model, 4)), peerRow('ae-3-1-1', 'jax-js 0.1.25', 0.7)],
  others: [peerRow('lenet', 'eyes-wasm backend', 100), peerRow('lenet', 'tfjs cpu 4.22.0', 5)],
  train: [trainRow('ae-3-1-1', 1, 1000), { ...trainRow('ae-3-1-1', 2, 500), speedup: 2 }],
})
const older = results({
  peers: besidePyTorch('ae-3-1-1', 2),
  machine: { ...aMachine, node: '20.20.2', vectors: 'simd128' },
})
const readme = 'above\n<!-- bench:start -->\nold\n<!-- bench:end -->\nbelow\n'

describe('README’s tables', () => {
  const text = readmeText([newer, older], ['docs/bench/node24.md', 'docs/bench/node20.md'])

  it('have a row a model, columns for each Node version, and the mean where all twelve are there', () => {
    expect(text).toContain('| model | Node 24, images/s | PyTorch | ratio | Node 20, images/s | PyTorch | ratio |')
    expect(text).toContain('| AE (3,1,1) | 400 | 100 | **4.00×** | 200 | 100 | **2.00×** |')
    expect(text).toContain('| VAE (6,2,3) | 400 | 100 | **4.00×** |  |  |  |')
    expect(text).toContain('| geometric mean of 12 |  |  | **4.00×** |  |  |  |')
  })

  it('name the others, the threads and the conditions', () => {
    expect(text).toContain('| AE (3,1,1) | jax-js 0.1.25 | training | 2 | 164 | 0.70 |')
    expect(text).toContain('| AE (3,1,1) | 2 | 328 | 2.00 |')
    expect(text).toContain('| lenet | eyes-wasm backend | 2 | 100 | tfjs cpu 4.22.0 | 5.00 | 20.00× | 10 | pass |')
    expect(text).toContain('Node 24: eyes-wasm 1.2.3, beside PyTorch 1.13, 2026-01-02, a CPU, 2 cores')
    expect(text).toContain('Node 20.20.2 (V8 13.6, simd128); all of it in [docs/bench/node20.md](docs/bench/node20.md)')
  })

  it('say when results are quick or unfinished', () => {
    expect(readmeText([{ ...newer, quick: true, finished: false }], ['a.md'])).toContain(', with --quick, interrupted,')
  })

  it('go between the marks, and nowhere else', () => {
    expect(withTables(readme, 'new $& text')).toBe(
      'above\n<!-- bench:start -->\n\nnew $& text\n\n<!-- bench:end -->\nbelow\n',
    )
    expect(() => withTables('nothing here', 'new')).toThrow(/bench:start/)
  })
})

describe('rendering', () => {
  async function withFiles<T>(use: (paths: string[]) => Promise<T>, ...all: (typeof newer)[]): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-test-'))
    try {
      const paths = all.map((_, i) => join(folder, `${i}.json`))
      for (const [i, path] of paths.entries()) await writeResults(path, all[i]!)
      return await use(paths)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('makes a page of each file, the chart and README, the same bytes each time', async () => {
    await withFiles(
      async paths => {
        const files = await rendered(paths, readme)
        expect([...files.keys()]).toEqual([...paths.map(markdownPath), chartPath, 'README.md'])
        expect(files.get(markdownPath(paths[0]!))).toContain('## Beside PyTorch')
        expect(await rendered(paths, readme)).toEqual(files)
        const svg = files.get(chartPath)!
        expect(svg).toMatch(/^<svg /)
        for (const word of ['AE (3,1,1)', 'VAE (6,2,3)', 'Node 24', 'Node 20', '400 images/s'])
          expect(svg).toContain(word)
      },
      newer,
      older,
    )
  })

  it('refuses results without PyTorch', async () => {
    await withFiles(
      async paths => {
        await expect(rendered(paths, readme)).rejects.toThrow(/PyTorch/)
      },
      results({ train: newer.train! }),
    )
  })

  it('draws bars in the report’s order, whatever the order of the rows', () => {
    const peers = [...besidePyTorch('vae-3-1-1', 3), ...besidePyTorch('ae-5-1-2', 2)]
    expect(barsOf([results({ peers })])).toEqual([
      { model: 'AE (5,1,2)', series: 'Node 24', ratio: 2, label: '2.0×, 200 images/s' },
      { model: 'VAE (3,1,1)', series: 'Node 24', ratio: 3, label: '3.0×, 300 images/s' },
    ])
  })
})

describe('the repository', () => {
  const root = join(import.meta.dirname, '../..')
  const stored = readdirSync(join(root, 'docs/bench'))
    .filter(name => name.endsWith('.json'))
    .map(name => `docs/bench/${name}`)
    .sort()
    .reverse() // the newest Node first

  it('shows what --render makes of the stored results', async () => {
    expect(stored).not.toEqual([])
    const cwd = process.cwd()
    process.chdir(root)
    try {
      const text = await readFile('README.md', 'utf8')
      for (const [path, made] of await rendered(stored, text)) {
        expect(existsSync(path), path).toBe(true)
        expect(await readFile(path, 'utf8'), `${path}: run npm run bench -- --render ${stored.join(',')}`).toBe(made)
      }
    } finally {
      process.chdir(cwd)
    }
  })
})
