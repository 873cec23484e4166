// The kernels of dense layers and of elementwise work on any tensors, on small fixed data: cases for vector-check.ts, as those of
// check-cases.ts. Not here: every size and tail, which the tests sweep.
import { instantiateKernels, type KernelExports } from '../wasm/kernels.js'
import { wideTiles } from '../wasm/revectorize.js'
import { Arrays, type Case, sumBound } from './check-cases.js'
import { activations } from './geometry.js'

export function denseCases(module: WebAssembly.Module): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels(module, arrays.memory)
  return [
    productCase(kernels, arrays, false, false),
    productCase(kernels, arrays, true, true),
    segmentCase(kernels, arrays),
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
