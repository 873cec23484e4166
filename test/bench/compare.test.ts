// --compare: rows matched by name, what is a regression, and what else differs is said.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compare } from '../../bench/compare.js'
import { exitCodeOf } from '../../bench/exit-code.js'
import { readResults, writeResults } from '../../bench/files.js'
import { comparisonText } from '../../bench/markdown.js'
import { aMachine, besidePyTorch, kernelRow, results, trainRow } from './fixtures.js'

const was = results({
  kernels: [kernelRow('ae-3-1-1', 'encoder.2', 10), kernelRow('ae-3-1-1', 'encoder.4', 10)],
  train: [trainRow('ae-3-1-1', 1, 1000), trainRow('ae-3-1-1', 2, 500)],
  peers: besidePyTorch('ae-3-1-1', 4),
})

describe('compare', () => {
  it('matches rows by name; over 10 % longer is a regression, 10 % is not', () => {
    const is = results({
      kernels: [kernelRow('ae-3-1-1', 'encoder.4', 11), kernelRow('ae-3-1-1', 'encoder.2', 11.1)],
      train: [trainRow('ae-3-1-1', 2, 400), trainRow('vae-3-1-1', 2, 900)],
      peers: besidePyTorch('ae-3-1-1', 3),
    })
    const { changes, unmatched, differences } = compare(was, is)
    const found = Object.fromEntries(changes.map(({ name, isRegression }) => [name, isRegression]))
    expect(found).toEqual({
      'kernel ae-3-1-1 encoder.4 forward': false,
      'kernel ae-3-1-1 encoder.2 forward': true,
      'step ae-3-1-1, 2 threads': false,
      'step beside others ae-3-1-1, 2 threads': true, // only our own row of the peers
    })
    expect(changes.find(change => change.name.startsWith('step ae'))).toMatchObject({ was: 500, is: 400, ratio: 0.8 })
    expect(unmatched).toBe(2)
    expect(differences).toEqual([])
  })

  it('prints was, is and ratio, the regressions first, and exits with 1', () => {
    const is = results({ train: [trainRow('ae-3-1-1', 1, 1000), trainRow('ae-3-1-1', 2, 600)] })
    const comparison = compare(was, is)
    const text = comparisonText('was.json', comparison)
    expect(text).toContain('1 of 2 rows take over 10 % longer')
    const rows = text.split('\n').filter(line => line.startsWith('| step'))
    expect(rows).toEqual([
      '| step ae-3-1-1, 2 threads | 500 | 600 | 1.20 | REGRESSION |',
      '| step ae-3-1-1, 1 threads | 1000 | 1000 | 1.00 |  |',
    ])
    expect(exitCodeOf(is, comparison)).toBe(1)
    expect(exitCodeOf(is, compare(is, is))).toBe(0)
  })

  it('says what else differs', () => {
    const machine = { ...aMachine, node: '20.20.2', vectors: 'simd128' }
    const comparison = compare(was, { ...was, machine, quick: true })
    expect(comparison.differences).toEqual([
      'node: was 24.21.0, is 20.20.2',
      'vectors: was revectorized, is simd128',
      '--quick: was false, is true',
    ])
    expect(comparisonText('was.json', comparison)).toContain('Not the same conditions: node: was 24.21.0')
  })

  it('refuses results that share no row', () => {
    expect(() => compare(was, results({ train: [trainRow('vae-9-1-4', 2, 1)] }))).toThrow(/no row .* --models/)
  })
})

describe('the exit code', () => {
  it('is 1 for a failure, 3 for rows left out, 0 for goals not met', () => {
    expect(exitCodeOf(results({ failures: ['wrong'], starved: ['a row'] }), null)).toBe(1)
    expect(exitCodeOf(results({ starved: ['a row'] }), null)).toBe(3)
    expect(exitCodeOf(results({ peers: besidePyTorch('ae-3-1-1', 0.5) }), null)).toBe(0)
  })
})

describe('files of results', () => {
  it('are read back, and others are refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-test-'))
    try {
      const [good, old, broken] = ['good.json', 'old.json', 'broken.json'].map(name => join(folder, name)) as [
        string,
        string,
        string,
      ]
      await writeResults(good, was)
      expect(await readResults('--compare', good)).toEqual(was)
      await writeFile(old, '{"format":"eyes-wasm-bench-1"}')
      await expect(readResults('--compare', old)).rejects.toThrow(/old\.json.*eyes-wasm-bench-1.*eyes-wasm-bench-2/)
      await writeFile(broken, '{"format"')
      await expect(readResults('--compare', broken)).rejects.toThrow(/--compare: .*broken\.json/)
      await expect(readResults('--render', join(folder, 'none.json'))).rejects.toThrow(/--render: .*none\.json/)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
