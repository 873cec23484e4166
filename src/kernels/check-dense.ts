// The kernels of dense layers and of elementwise work on any tensors, on small fixed data: cases for vector-check.ts, as those of
// check-cases.ts. Not here: every size and tail, which the tests sweep.
import { instantiateKernels, type KernelExports } from '../wasm/kernels.js'
import { wideTiles } from '../wasm/revectorize.js'
import { Arrays, type Case, sumBound, unitRoundoff } from './check-cases.js'
import { activations } from './geometry.js'

export function denseCases(module: WebAssembly.Module): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels(module, arrays.memory)
  return [
    productCase(kernels, arrays, false, false),
    productCase(kernels, arrays, true, true),
    segmentCase(kernels, arrays),
    gatherCase(kernels, arrays),
    ...binaryCases(kernels, arrays),
    ...sumCases(kernels, arrays),
  ]
}

/** Panels of 6, 4 and 1 vectors, two parts of the sum, and rows that fill no tile. */
function productCase(kernels: KernelExports, arrays: Arrays, transposeA: boolean, transposeB: boolean): Case {
  const [rows, columns, depth] = [7, 43, 199]
  const [a, b] = [arrays.fill(rows * depth, 1), arrays.fill(depth * columns, 2)]
  const y = arrays.fill(rows * columns, 3)
  const shape = arrays.record([rows, columns, depth, Number(transposeA), Number(transposeB), Number(wideTiles())])
  const scratch = arrays.reserve(kernels.batchMatMulScratch(shape))
  return {
    kernel: 'BatchMatMul',
    run: () => kernels.batchMatMul(a, b, 0, y, shape, activations.linear, scratch),
    actual: () => arrays.view(y, rows * columns),
    reference: () => {
      const [va, vb] = [arrays.view(a, rows * depth), arrays.view(b, depth * columns)]
      const [aRow, aStep] = transposeA ? [1, rows] : [depth, 1]
      const [bColumn, bStep] = transposeB ? [depth, 1] : [1, columns]
      const expected = new Float64Array(rows * columns)
      for (let i = 0; i < rows * columns; i++) {
        const [row, column] = [Math.floor(i / columns), i % columns]
        for (let k = 0; k < depth; k++) expected[i]! += va[row * aRow + k * aStep]! * vb[column * bColumn + k * bStep]!
      }
      return { expected, bound: sumBound(depth, new Float64Array([depth])) }
    },
  }
}

/** Six rows in three segments, one of them with no row; two rows that are in none. */
function segmentCase(kernels: KernelExports, arrays: Arrays): Case {
  const [length, segments, rowIds] = [11, 3, [2, -1, 0, 2, 3, 0]]
  const [x, y] = [arrays.fill(rowIds.length * length, 1), arrays.fill(segments * length, 2)]
  const ids = arrays.record(rowIds)
  return {
    kernel: 'UnsortedSegmentSum',
    run: () => kernels.unsortedSegmentSum(x, ids, y, rowIds.length, length, segments),
    actual: () => arrays.view(y, segments * length),
    reference: () => {
      const expected = new Float64Array(segments * length)
      arrays.view(x, rowIds.length * length).forEach((value, i) => {
        const id = rowIds[Math.floor(i / length)]!
        if (id >= 0 && id < segments) expected[id * length + (i % length)]! += value
      })
      return { expected, bound: sumBound(2, new Float64Array([2])) }
    },
  }
}

function gatherCase(kernels: KernelExports, arrays: Arrays): Case {
  const [length, rowIds] = [11, [4, 0, 4]]
  const [x, y] = [arrays.fill(5 * length, 1), arrays.fill(rowIds.length * length, 2)]
  const ids = arrays.record(rowIds)
  return {
    kernel: 'GatherV2',
    run: () => kernels.gatherRows(x, ids, y, rowIds.length, 4 * length),
    actual: () => arrays.view(y, rowIds.length * length),
    reference: () => {
      const rows = arrays.view(x, 5 * length)
      const expected = rowIds.flatMap(id => [...rows.subarray(id * length, (id + 1) * length)])
      return { expected: Float64Array.from(expected), bound: 0 }
    },
  }
}

/** Every operation, over wide rows with one of a and with one value of either, and over narrow ones. */
function binaryCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const [rows, columns] = [7, 37]
  const [a, b, y] = [1, 2, 3].map(salt => arrays.fill(rows * columns, salt)) as [number, number, number]
  const scratch = arrays.reserve(kernels.binaryScratch())
  const row = 4 * columns
  const arithmetic: ((p: number, q: number) => number)[] = [
    (p, q) => p + q,
    (p, q) => p - q,
    (p, q) => p * q,
    (p, q) => p / q,
    Math.max,
    Math.min,
    (p, q) => (p - q) * (p - q),
    (p, q) => (p < 0 ? p * q : p),
  ]
  /** Loops, and where an element of y finds its two, by row and column. */
  const layouts = [
    { loops: [rows, row, 0, columns, 4, 4], size: columns, at: (i: number, j: number) => [i * columns + j, j] },
    { loops: [rows, 4, row, columns, 0, 4], size: columns, at: (i: number, j: number) => [i, i * columns + j] },
    { loops: [rows, row, 4, columns, 4, 0], size: columns, at: (i: number, j: number) => [i * columns + j, i] },
    { loops: [rows, 0, 20, 5, 4, 4], size: 5, at: (i: number, j: number) => [j, i * 5 + j] },
  ]
  return layouts.flatMap(({ loops, size, at }) =>
    arithmetic.map((of, operation): Case => {
      const record = arrays.record(loops)
      return {
        kernel: 'Binary',
        run: () => kernels.binary(a, b, y, operation, record, 2, scratch),
        actual: () => arrays.view(y, rows * size),
        reference: () => {
          const [va, vb] = [arrays.view(a, rows * columns), arrays.view(b, rows * columns)]
          const expected = Float64Array.from({ length: rows * size }, (_, n) => {
            const [p, q] = at(Math.floor(n / size), n % size) as [number, number]
            return of(va[p]!, vb[q]!)
          })
          return { expected, bound: 2 * unitRoundoff * expected.reduce((most, v) => Math.max(most, Math.abs(v)), 4) }
        },
      }
    }),
  )
}

/** Along a contiguous axis, over narrow rows and over wide ones; sum and mean. */
function sumCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const sizes = [
    [2, 1500, 1],
    [2, 71, 3],
    [2, 71, 37],
  ] as const
  return sizes.map(([outer, count, inner], i): Case => {
    const [x, y] = [arrays.fill(outer * count * inner, 1), arrays.fill(outer * inner, 2)]
    const scratch = arrays.reserve(kernels.sumScratch(inner))
    const divisor = i === 2 ? count : 1
    return {
      kernel: 'Sum',
      run: () => kernels.sum(x, y, outer, count, inner, divisor, scratch),
      actual: () => arrays.view(y, outer * inner),
      reference: () => {
        const expected = new Float64Array(outer * inner)
        arrays.view(x, outer * count * inner).forEach((value, at) => {
          expected[Math.floor(at / (count * inner)) * inner + (at % inner)]! += value / divisor
        })
        return { expected, bound: sumBound(count, new Float64Array([count])) }
      },
    }
  })
}
