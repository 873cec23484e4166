// Portable exp, log, sin, cos and atan2 against the host's, over their stated ranges.
import { describe, expect, it } from 'vitest'
import { atan2, cos, exp, log, sin } from '../../src/random/portable-math.js'

/** `count` points from a to b, ends included. */
const sweep = (a: number, b: number, count = 20_001) =>
  Array.from({ length: count }, (_, i) => a + ((b - a) * i) / (count - 1))

const worst = (points: number[], error: (x: number) => number) => points.reduce((w, x) => Math.max(w, error(x)), 0)

describe('portable math', () => {
  it('exp: relative error at most 1e-12', () => {
    const error = (x: number) => Math.abs(exp(x) / Math.exp(x) - 1)
    expect(worst(sweep(-708, 709.7), error)).toBeLessThan(1e-12)
    expect(worst(sweep(-1, 1), error)).toBeLessThan(1e-15)
  })

  it('exp: ends of the range', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(-800), exp(800), exp(NaN)]).toEqual([
      1,
      0,
      Infinity,
      0,
      Infinity,
      NaN,
    ])
    expect(Math.abs(exp(709.78) / Math.exp(709.78) - 1)).toBeLessThan(1e-12)
    expect(Math.abs(exp(-708.39) / Math.exp(-708.39) - 1)).toBeLessThan(1e-12)
  })

  it('log: relative error at most 1e-12, from the smallest number to the largest', () => {
    const error = (x: number) => Math.abs(log(x) / Math.log(x) - 1)
    expect(worst([...sweep(1e-5, 0.999), ...sweep(1.001, 1e5)], error)).toBeLessThan(1e-12)
    expect(worst([Number.MIN_VALUE, 1e-300, 1e300, Number.MAX_VALUE], error)).toBeLessThan(1e-12)
    expect([1, 0, -1, Infinity, NaN].map(log)).toEqual([0, NaN, NaN, NaN, NaN])
  })

  it.each([
    ['sin', sin, Math.sin],
    ['cos', cos, Math.cos],
  ] as const)('%s: error at most 1e-12 up to 1e5 radians', (_, ours, host) => {
    expect(worst(sweep(-10, 10), x => Math.abs(ours(x) - host(x)))).toBeLessThan(1e-15)
    expect(worst(sweep(-1e5, 1e5), x => Math.abs(ours(x) - host(x)))).toBeLessThan(1e-12)
  })

  it('sin and cos keep their relative error near zeros', () => {
    expect(worst(sweep(1e-9, 0.7), x => Math.abs(sin(x) / Math.sin(x) - 1))).toBeLessThan(1e-12)
    for (const x of [Math.PI / 2, Math.PI, 3 * Math.PI])
      expect(Math.abs(sin(x) - Math.sin(x)) + Math.abs(cos(x) - Math.cos(x))).toBeLessThan(1e-15)
  })

  it('atan2: error at most 1e-12 in all quadrants and near the axes', () => {
    const error = (angle: number) => {
      const [y, x] = [3 * Math.sin(angle), 3 * Math.cos(angle)]
      return Math.abs(atan2(y, x) - Math.atan2(y, x))
    }
    expect(worst(sweep(-3.14159, 3.14159), error)).toBeLessThan(1e-14)
    for (const [y, x] of [
      [0, 1],
      [1, 0],
      [-1, 0],
      [0, -1],
      [1, -1],
      [-1e-9, 1],
      [5, 1e-12],
    ] as const)
      expect(Math.abs(atan2(y, x) - Math.atan2(y, x))).toBeLessThan(1e-15)
    expect(atan2(0, 0)).toBe(0)
  })
})
