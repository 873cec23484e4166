// The rule of `npm run test:tfjs`: that it fails on what it must, with results made up for each case.
import { describe, expect, it } from 'vitest'
import { judge, type TestResult } from './judge.js'

const required = ['conv1d', 'conv2d', 'conv2dTranspose', 'fused conv2d', 'relu', 'relu6', 'tanh']
const test = (name: string, status = 'passed'): TestResult => ({
  name: `${name} suite {} works`,
  status,
  message: '',
})
const all = [...required.map(name => test(name)), test('complex64', 'failed'), test('add'), test('io', 'pending')]
const known = new Set(['complex64 suite {} works'])
const replace = (name: string, status: string) =>
  all.map(r => (r.name.startsWith(`${name} suite`) ? { ...r, status } : r))

describe('the rule of test:tfjs', () => {
  it('is kept by a run that fails only where wasm fails', () => {
    expect(judge(all, known, { ours: true, whole: true })).toMatchObject({
      passed: 8,
      skipped: 1,
      newlyPassed: 0,
      problems: [],
    })
  })
  it('counts a test that newly passes, and allows it', () => {
    const verdict = judge(replace('complex64', 'passed'), known, { ours: true, whole: true })
    expect(verdict).toMatchObject({ newlyPassed: 1, problems: [] })
  })
  it('is broken by a failure that wasm does not have', () => {
    expect(judge(replace('add', 'failed'), known, { ours: true, whole: true }).problems).toEqual([
      '1 tests fail that pass on wasm',
    ])
  })
  it('is broken by a failing or skipped convolution even when wasm fails there too', () => {
    const excused = new Set([...known, 'conv2d suite {} works'])
    for (const status of ['failed', 'pending']) {
      expect(judge(replace('conv2d', status), excused, { ours: true, whole: true }).problems).toHaveLength(1)
    }
    expect(judge(replace('conv2d', 'failed'), excused, { ours: false, whole: true }).problems).toEqual([])
  })
  it('is broken by a list that excuses what passes on wasm, or names what does not exist', () => {
    expect(judge(replace('complex64', 'passed'), known, { ours: false, whole: true }).problems).toHaveLength(1)
    const renamed = new Set([...known, 'conv9d suite {} works'])
    expect(judge(all, renamed, { ours: true, whole: true }).problems).toHaveLength(1)
    expect(judge(all, renamed, { ours: true, whole: false }).problems).toEqual([])
  })
  it('is broken by a run in which nothing ran, or a required suite did not', () => {
    expect(judge([], new Set(), { ours: true, whole: false }).problems).toEqual(['no test passed at all'])
    const without = all.filter(r => !r.name.startsWith('tanh'))
    expect(judge(without, known, { ours: true, whole: true }).problems).toEqual(["suite 'tanh' did not run"])
  })
})
