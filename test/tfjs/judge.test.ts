// The rule of `npm run test:tfjs`: that it fails on what it must, with results made up for each case.
import { describe, expect, it } from 'vitest'
import { judge, type TestResult, wholeSuite } from './judge.js'

const test = (name: string, status = 'passed'): TestResult => ({
  name: `${name} suite {} works`,
  status,
  message: '',
})
/** As many tests as a whole run has, and one that is pending. */
const all = [
  test('complex64'),
  ...Array.from({ length: wholeSuite - 2 }, (_, i) => test(`conv${i}d`)),
  test('add'),
  test('io', 'pending'),
]
const known = new Set(['complex64 suite {} works'])
const replace = (name: string, status: string) =>
  all.map(r => (r.name.startsWith(`${name} suite`) ? { ...r, status } : r))
const [ours, theirs] = [true, false].map(which => ({ ours: which, whole: true }))

describe('the rule of test:tfjs', () => {
  it('is kept by eyes-wasm when nothing fails, also what fails on wasm', () => {
    expect(judge(all, known, ours!)).toMatchObject({ passed: wholeSuite, skipped: 1, newlyPassed: 1, problems: [] })
  })
  it('is broken by any failure on eyes-wasm, on the list or not', () => {
    for (const name of ['complex64', 'add'])
      expect(judge(replace(name, 'failed'), known, ours!).problems).toEqual(['1 tests fail, wanted none'])
    expect(judge(replace('add', 'failed'), known, { ours: true, whole: false }).problems).toHaveLength(1)
  })
  it('is broken by a test that was skipped or is gone', () => {
    const wanted = [`${wholeSuite - 1} tests ran, wanted ${wholeSuite}`]
    expect(judge(replace('add', 'pending'), known, ours!).problems).toEqual(wanted)
    expect(judge(all.slice(0, -2), known, ours!).problems).toEqual(wanted)
    expect(judge(all.slice(0, -2), known, { ours: true, whole: false }).problems).toEqual([])
  })
  it('on wasm is broken by a failure beside the list', () => {
    const failed = replace('complex64', 'failed')
    expect(judge(failed, known, theirs!).problems).toEqual([])
    const one = failed.map(r => (r.name.startsWith('add suite') ? { ...r, status: 'failed' } : r))
    expect(judge(one, known, theirs!).problems).toEqual(['1 tests fail, wanted those of the list alone'])
  })
  it('is broken by a list that excuses what passes on wasm, or names what does not exist', () => {
    expect(judge(all, known, theirs!).problems).toHaveLength(1)
    const renamed = new Set([...known, 'conv9d9 suite {} works'])
    expect(judge(all, renamed, ours!).problems).toHaveLength(1)
    expect(judge(all, renamed, { ours: true, whole: false }).problems).toEqual([])
  })
  it('is broken by a run in which nothing ran', () => {
    expect(judge([], new Set(), { ours: true, whole: false }).problems).toEqual(['no test passed at all'])
  })
})
