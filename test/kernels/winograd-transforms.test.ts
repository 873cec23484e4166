// The transforms that tools/transforms.js generates, as matrices: that they make a correlation, that gradients use the transposes, that
// their coefficients lose nothing in float32, and the numbers that src/kernels/winograd/error-bound.ts takes from them.
import { describe, expect, it } from 'vitest'
import { tileSizes } from '../../src/kernels/algorithm.js'
import { amplification } from '../../src/kernels/winograd/error-bound.js'
import { matrixOf, sizes, transforms } from '../../tools/transforms.js'

type Matrix = readonly (readonly number[])[]

const matrix = (name: string): Matrix => matrixOf(transforms[name]!)
const transpose = (m: Matrix): Matrix => m[0]!.map((_, column) => m.map(row => row[column]!))
const sum = (values: readonly number[]) => values.reduce((total, v) => total + v, 0)
const squares = (values: readonly number[]) => sum(values.map(v => v * v))

/** A^T [outputs][points], G [points][taps], B^T [points][points]. */
const matricesOf = (points: number, outputs: number) => ({
  output: matrix(`output${points}_${outputs}`),
  filter: matrix(`filter${points}_${outputs}`),
  data: matrix(`data${points}`),
})

const isMultipleOf = (unit: number, m: Matrix) => m.flat().every(v => Number.isInteger(v / unit))

/** S of error-bound.ts: the largest over rows j of sum over points i of T_ji^2 |P_i|^2 |Q_i|^2. */
const amplified = (back: Matrix, one: Matrix, other: Matrix) =>
  Math.max(...back.map(row => sum(row.map((v, i) => v * v * squares(one[i]!) * squares(other[i]!)))))

describe.each(sizes.map(([points, outputs]) => ({ points, outputs, taps: points + 1 - outputs })))(
  'F($outputs, $taps)',
  ({ points, outputs, taps }) => {
    const { output, filter, data } = matricesOf(points, outputs)

    it('has the shapes of its size', () => {
      expect([output.length, output[0]!.length]).toEqual([outputs, points])
      expect([filter.length, filter[0]!.length]).toEqual([points, taps])
      expect([data.length, data[0]!.length]).toEqual([points, points])
    })

    it('is a correlation: sum_i A_ji G_ik B_il is 1 where l = j + k, else 0', () => {
      // G alone has thirds and fifths in it; multiplied by their common denominator it is exact, and then so is the sum.
      let largest = 0
      for (let j = 0; j < outputs; j++)
        for (let k = 0; k < taps; k++)
          for (let l = 0; l < points; l++) {
            const terms = data.map((row, i) => output[j]![i]! * filter[i]![k]! * row[l]!)
            const error = Math.abs(sum(terms) - (l === j + k ? 1 : 0))
            // The rounding of a coefficient of G and of each product and sum, in float64, over the terms' sizes.
            expect(error).toBeLessThanOrEqual(points * 2 ** -53 * (1 + sum(terms.map(Math.abs))))
            largest = Math.max(largest, error)
          }
      expect(largest).toBeLessThan(2e-15)
    })

    it('is one exactly, where denominators are cleared', () => {
      const denominator = 45 * 2 ** 6
      const whole = filter.map(row => row.map(v => Math.round(v * denominator)))
      // Rounded to the whole number that it is: nothing of G is lost.
      whole.forEach((row, i) =>
        row.forEach((v, k) => expect(Math.abs(v / denominator - filter[i]![k]!)).toBeLessThan(1e-16)),
      )
      for (let j = 0; j < outputs; j++)
        for (let k = 0; k < taps; k++)
          for (let l = 0; l < points; l++)
            expect(sum(data.map((row, i) => output[j]![i]! * whole[i]![k]! * row[l]!))).toBe(
              l === j + k ? denominator : 0,
            )
    })

    it('has gradients that use the transposes', () => {
      expect(matrix(`outputGradient${points}_${outputs}`)).toEqual(transpose(output))
      expect(matrix(`filterGradient${points}_${outputs}`)).toEqual(transpose(filter))
    })

    it('has coefficients of A and B that float32 holds, multiples of 1 / 64', () => {
      for (const m of [output, data]) {
        expect(m.flat().every(v => Math.fround(v) === v)).toBe(true)
        expect(isMultipleOf(2 ** -6, m)).toBe(true)
      }
    })

    it('amplifies errors as error-bound.ts says', () => {
      const size = { points, outputs }
      const gradient = amplified(transpose(filter), transpose(output), data)
      expect(Math.abs(amplification(size, false) - amplified(output, filter, data))).toBeLessThanOrEqual(0.05)
      expect(Math.abs(amplification(size, true) - gradient)).toBeLessThanOrEqual(0.05)
    })
  },
)

describe('sizes', () => {
  it('of the generator are those that the kernels choose among', () => {
    const ofKernels = tileSizes.map(({ points, outputs }) => `${points},${outputs}`)
    expect(new Set(ofKernels).size).toBe(tileSizes.length)
    expect(new Set(ofKernels)).toEqual(new Set(sizes.map(size => size.join())))
    expect(sizes.length).toBeGreaterThan(0)
  })
})
