// What tfjs-backend-wasm's kernels get wrong of values, shapes and indices, and ours do not: results by hand, by cpu's where there are many,
// and a memory whose blocks have guards behind them. Each of these cases failed before the kernel's correction.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { ourBackend, useBackend } from './harness.js'

useBackend()

const bytes = 32
const guard = 0xa5
const blocks = new Map<number, number>()

/** Blocks of tfjs's allocator get a guard too, which harness.ts has for ours alone. */
beforeAll(() => {
  const { wasm } = ourBackend()
  const [allocate, free] = [wasm._malloc.bind(wasm), wasm._free.bind(wasm)]
  wasm._malloc = size => {
    const block = allocate(size + bytes) >>> 0
    blocks.set(block, size)
    wasm.HEAPU8.fill(guard, block + size, block + size + bytes)
    return block
  }
  wasm._free = block => {
    blocks.delete(block >>> 0)
    free(block)
  }
})

/** Type, shape and values; nothing behind the end of a tensor is written, and nothing is left. */
function result(compute: () => tf.Tensor) {
  const before = { ids: ourBackend().numDataIds(), tensors: tf.memory().numTensors }
  const y = tf.tidy(() => {
    const t = compute()
    return { dtype: t.dtype, shape: t.shape, values: [...t.dataSync()] }
  })
  const heap = ourBackend().wasm.HEAPU8
  for (const [block, size] of blocks)
    expect([...heap.subarray(block + size, block + size + bytes)].every(byte => byte === guard)).toBe(true)
  expect({ ids: ourBackend().numDataIds(), tensors: tf.memory().numTensors }).toEqual(before)
  return y
}

const bool = (values: number[], shape = [values.length]) => tf.tensor(values, shape, 'bool')

describe('bool tensors', () => {
  it('are reversed, chosen and padded', () => {
    const values = [1, 0, 0, 1, 1]
    expect(result(() => tf.reverse(bool(values)))).toEqual({ dtype: 'bool', shape: [5], values: [1, 1, 0, 0, 1] })
    const chosen = result(() => tf.where(bool([1, 1, 0, 0, 1]), bool(values), bool([0, 1, 1, 0, 0])))
    expect(chosen).toEqual({ dtype: 'bool', shape: [5], values: [1, 0, 1, 0, 1] })
    expect(result(() => tf.pad(bool(values), [[1, 2]], 1)).values).toEqual([1, ...values, 1, 1])
    expect(result(() => tf.pad(bool(values), [[0, 1]], -3)).values).toEqual([...values, 1])
  })

  it('are gathered in batches, and from nothing', () => {
    const x = () => bool([1, 0, 0, 1, 1, 0, 1, 1], [2, 4])
    expect(result(() => tf.gather(x(), tf.tensor2d([3, 0, 1, 1], [2, 2], 'int32'), 1, 1)).values).toEqual([1, 1, 0, 0])
    const none = result(() => tf.gather(bool([], [0, 5, 4]), tf.tensor2d([], [3, 0], 'int32')))
    expect(none).toEqual({ dtype: 'bool', shape: [3, 0, 5, 4], values: [] })
  })

  it('have a largest value, sums and empty rows', () => {
    expect(result(() => tf.topk(bool([0, 1, 0, 1]), 3).values)).toEqual({
      dtype: 'bool',
      shape: [3],
      values: [1, 1, 0],
    })
    expect(result(() => tf.topk(bool([0, 1, 0, 1]), 3).indices).values).toEqual([1, 3, 0])
    expect(result(() => tf.cumsum(bool([1, 1, 0, 1])))).toEqual({ dtype: 'int32', shape: [4], values: [1, 2, 2, 3] })
    const filled = () =>
      tf.sparse.sparseFillEmptyRows(
        tf.tensor2d([0, 1, 2, 0], [2, 2], 'int32'),
        bool([1, 1]) as tf.Tensor1D,
        tf.tensor1d([3, 4], 'int32'),
        tf.scalar(false, 'bool'),
      ) as unknown as Record<'outputIndices' | 'outputValues', tf.Tensor>
    expect(result(() => filled().outputValues)).toEqual({ dtype: 'bool', shape: [3], values: [1, 0, 1] })
    expect(result(() => filled().outputIndices).values).toEqual([0, 1, 1, 0, 2, 0])
  })
})

describe('bool tensors in kernels that know none', () => {
  const kernel = (name: string, inputs: Record<string, tf.Tensor>, attrs = {}) =>
    result(() => tf.engine().runKernel<tf.Tensor>(name, inputs, attrs))
  const integers = (...values: number[]) => tf.tensor1d(values, 'int32')

  it('are flipped, rearranged, searched, counted and added by segments', () => {
    const image = bool([1, 0, 0, 1], [1, 2, 2, 1])
    expect(kernel('FlipLeftRight', { image })).toEqual({ dtype: 'bool', shape: [1, 2, 2, 1], values: [0, 1, 1, 0] })
    const x = bool([1, 0, 0, 1], [1, 1, 1, 4])
    expect(kernel('DepthToSpace', { x }, { blockSize: 2, dataFormat: 'NHWC' })).toEqual({
      dtype: 'bool',
      shape: [1, 2, 2, 1],
      values: [1, 0, 0, 1],
    })
    const sought = { sortedSequence: bool([0, 0, 1], [1, 3]), values: bool([0, 1], [1, 2]) }
    expect(kernel('SearchSorted', sought, { side: 'right' }).values).toEqual([2, 3])
    const counted = kernel('DenseBincount', { x: integers(0, 2), weights: bool([1, 0]) }, { size: 3 })
    expect(counted).toEqual({ dtype: 'bool', shape: [3], values: [1, 0, 0] })
    const sums = { data: bool([1, 0, 1, 0], [2, 2]), indices: integers(0, 1), segmentIds: integers(0, 0) }
    expect(kernel('SparseSegmentSum', sums)).toEqual({ dtype: 'bool', shape: [1, 2], values: [1, 0] })
    for (const tensor of [image, x, ...Object.values(sought), ...Object.values(sums)]) tensor.dispose()
  })
})

describe('RotateWithOffset', () => {
  it('fills in fractions, a value a channel, and images of integers', () => {
    const x = () => tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2])
    const quarter = (fill: number | [number, number, number]) =>
      result(() => tf.image.rotateWithOffset(x(), Math.PI / 2, fill, 0)).values
    const sevenths = Math.fround(1 / 7)
    expect(quarter(1 / 7)).toEqual([1, 2, sevenths, sevenths, 5, 6, sevenths, sevenths])
    expect(quarter([0.5, -2.5, 9])).toEqual([1, 2, 0.5, -2.5, 5, 6, 0.5, -2.5])
    expect(quarter(0)).toEqual([1, 2, 0, 0, 5, 6, 0, 0])
    const rgba = result(() => tf.image.rotateWithOffset(tf.ones([1, 1, 2, 4]), Math.PI / 2, [3, 4, 5], 0)).values
    expect(rgba).toEqual([1, 1, 1, 1, 3, 4, 5, 255])
    const five = result(() => tf.image.rotateWithOffset(tf.ones([1, 1, 2, 5]), Math.PI / 2, 0, 0)).values
    expect(five).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    const attrs = { radians: Math.PI / 2, fillValue: 7, center: 0 }
    for (const dtype of ['int32', 'bool'] as const) {
      const turned = result(() =>
        tf.engine().runKernel<tf.Tensor>('RotateWithOffset', { image: tf.ones([1, 1, 2, 1], dtype) }, attrs),
      )
      expect([turned.dtype, ...turned.values]).toEqual([dtype, 1, 7])
    }
  })
})

describe('SparseSegmentMean', () => {
  it('takes data without rows, and no index of them', () => {
    const mean = (...indices: number[]) => {
      const ids = tf.tensor1d(indices, 'int32')
      return tf.sparse.sparseSegmentMean(tf.zeros([0, 2]), ids, ids)
    }
    expect(result(() => mean())).toEqual({ dtype: 'float32', shape: [0, 2], values: [] })
    expect(() => tf.tidy(() => mean(0))).toThrow('SparseSegmentMean: the indices [0] are no place in [0, 2]')
  })
})

describe('OneHot', () => {
  it.each(['float32', 'int32', 'bool'] as const)('writes values of %s', dtype => {
    const y = result(() => tf.oneHot(tf.tensor1d([2, -1, 0, 3], 'int32'), 3, 1, 0, dtype))
    expect(y).toEqual({ dtype, shape: [4, 3], values: [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0] })
  })

  it('writes any two values', () => {
    const y = result(() => tf.oneHot(tf.tensor1d([1], 'int32'), 3, 0.5, -1.5, 'float32'))
    expect(y.values).toEqual([-1.5, 0.5, -1.5])
  })
})

describe('Select', () => {
  it('takes tensors of two types', () => {
    const y = result(() => tf.where(bool([1, 0, 1]), tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([0.5, 1.5, 2.5])))
    expect(y).toEqual({ dtype: 'float32', shape: [3], values: [1, 1.5, 3] })
    expect(result(() => tf.where(bool([0, 1]), bool([1, 1]), tf.tensor1d([7, 8], 'int32')))).toEqual({
      dtype: 'int32',
      shape: [2],
      values: [7, 1],
    })
    const complex = result(() => tf.where(bool([1, 0]), tf.complex([1, 2], [3, 4]), tf.tensor1d([5, 6], 'int32')))
    expect(complex.values).toEqual([1, 3, 6, 0])
  })

  it('takes nothing, and no condition of another size', () => {
    expect(result(() => tf.where(bool([1, 1, 1], [1, 3]), tf.zeros([0, 3]), tf.zeros([0, 3]))).shape).toEqual([0, 3])
    const select = (condition: tf.Tensor, t: tf.Tensor) =>
      tf.tidy(() => tf.engine().runKernel<tf.Tensor>('Select', { condition, t, e: t }))
    expect(() => select(bool([1, 1, 1]), tf.zeros([2]))).toThrow('Select: the condition is [3], t is [2], wanted')
  })
})

describe('PadV2', () => {
  it('takes NaN, and other values after it', () => {
    tf.tidy(() => {
      expect(result(() => tf.pad(tf.tensor1d([1]), [[1, 0]], NaN)).values).toEqual([NaN, 1])
      for (const value of [0.5, -2, NaN, 0, 3])
        expect(result(() => tf.pad(tf.tensor1d([1]), [[1, 1]], value)).values).toEqual([value, 1, value])
    })
  })

  it('pads every side of tensors of each rank, as cpu does', async () => {
    const shapes = [[3], [2, 3], [1, 2, 1], [2, 3, 2, 4], [2, 1, 2, 2, 3], [0, 3]]
    const cases = shapes.flatMap(shape =>
      [0, 1, 2].map(salt => ({
        shape,
        paddings: shape.map((_, axis) => [(axis + salt) % 3, (2 * axis + salt) % 2] as [number, number]),
      })),
    )
    const run = () =>
      cases.map(({ shape, paddings }) =>
        tf.tidy(() => {
          const x = tf.reshape(tf.range(1, 1 + tf.util.sizeFromShape(shape)), shape)
          const y = tf.pad(x, paddings, 7)
          return [y.shape, [...y.dataSync()]]
        }),
      )
    const ours = run()
    await tf.setBackend('cpu')
    const theirs = run()
    await tf.setBackend('eyes-wasm')
    expect(ours).toEqual(theirs)
  })
})

describe('Cumsum and Cumprod', () => {
  it('count axes from the end, and take nothing', () => {
    const x = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3])
    expect(result(() => tf.cumsum(x(), -1)).values).toEqual([1, 3, 6, 4, 9, 15])
    expect(result(() => tf.cumprod(x(), -2)).values).toEqual([1, 2, 3, 4, 10, 18])
    expect(result(() => tf.cumsum(tf.zeros([2, 0]), 1)).shape).toEqual([2, 0])
    expect(() => tf.tidy(() => tf.cumsum(x(), 2))).toThrow('axis')
  })
})

describe('Softmax', () => {
  it('takes the last axis, from either end, and no other', () => {
    const softmax = (dim: number) =>
      tf.tidy(() => tf.engine().runKernel<tf.Tensor>('Softmax', { logits: tf.zeros([3, 2]) }, { dim }))
    for (const dim of [-1, 1]) expect(result(() => softmax(dim)).values).toEqual(Array(6).fill(0.5))
    expect(() => softmax(0)).toThrow('Softmax: found axis 0 of [3, 2], wanted the last. Transpose first.')
  })
})

describe('TopK', () => {
  it('takes nothing of nothing', () => {
    expect(result(() => tf.topk(tf.zeros([2, 0]), 0).values)).toEqual({ dtype: 'float32', shape: [2, 0], values: [] })
    expect(result(() => tf.topk(tf.zeros([0, 3]), 2).indices)).toEqual({ dtype: 'int32', shape: [0, 2], values: [] })
  })
})

describe('Transform', () => {
  const row = (
    shift: number,
    fillMode: 'constant' | 'nearest' | 'reflect' | 'wrap',
    interpolation: 'bilinear' | 'nearest',
  ) =>
    result(() =>
      tf.image.transform(
        tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]),
        tf.tensor2d([1, 0, shift, 0, 1, 0, 0, 0], [1, 8]),
        interpolation,
        fillMode,
        9,
      ),
    ).values

  it('fills what lies beyond the picture', () => {
    expect(row(-2, 'constant', 'nearest')).toEqual([9, 9, 1, 2])
    expect(row(2, 'nearest', 'nearest')).toEqual([3, 4, 4, 4])
    expect(row(-6, 'reflect', 'nearest')).toEqual([3, 4, 4, 3])
    expect(row(2, 'reflect', 'nearest')).toEqual([3, 4, 4, 3])
    expect(row(-2, 'wrap', 'nearest')).toEqual([3, 4, 1, 2])
    expect(row(-0.5, 'reflect', 'bilinear')).toEqual([1, 1.5, 2.5, 3.5])
    expect(row(0.25, 'constant', 'bilinear')).toEqual([1.25, 2.25, 3.25, 0.75 * 4 + 0.25 * 9])
  })

  it('takes one map for all images or one for each, and another size', () => {
    const x = () => tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1])
    const [same, transposed] = [
      [1, 0, 0, 0, 1, 0, 0, 0],
      [0, 1, 0, 1, 0, 0, 0, 0],
    ] as [number[], number[]]
    const turned = (maps: number[][], size?: [number, number]) =>
      result(() => tf.image.transform(x(), tf.tensor2d(maps), 'nearest', 'constant', 0, size)).values
    expect(turned([transposed])).toEqual([1, 3, 2, 4, 5, 7, 6, 8])
    expect(turned([same, transposed])).toEqual([1, 2, 3, 4, 5, 7, 6, 8])
    expect(turned([same], [1, 3])).toEqual([1, 2, 0, 5, 6, 0])
  })
})

describe('CropAndResize', () => {
  it('takes the nearest row of pictures one pixel wide', () => {
    const x = () => tf.tensor4d([0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15], [2, 3, 1, 2])
    const boxes: [number, number, number, number][] = [
      [0.5, 0.2, 1, 0.7],
      [0.9, 0.1, 0.3, 1.2],
    ]
    const crop = () => tf.image.cropAndResize(x(), boxes, tf.tensor1d([0, 1], 'int32'), [4, 1], 'nearest', 9)
    const rows = [1, 1, 2, 2, 5, 4, 4, 4]
    expect(result(crop)).toEqual({
      dtype: 'float32',
      shape: [2, 4, 1, 2],
      values: rows.flatMap(value => [value, value + 10]),
    })
  })
})

describe('indices beyond the end', () => {
  const at = (...values: number[]) => tf.tensor2d(values, [values.length / 2, 2], 'int32')
  const refused: [string, () => tf.Tensor][] = [
    ['GatherNd: the indices [1, 3] are no place in [2, 3]', () => tf.gatherND(tf.zeros([2, 3]), at(0, 0, 1, 3))],
    ['GatherNd: the indices [-1, 2]', () => tf.gatherND(tf.zeros([2, 3]), at(-1, 2))],
    ['ScatterNd: the indices [2, 0]', () => tf.scatterND(at(2, 0), tf.tensor1d([1]), [2, 3])],
    ['ScatterNd: the indices [4]', () => tf.scatterND(tf.tensor1d([4], 'int32'), tf.tensor1d([1]), [4])],
    ['SparseToDense: the indices [0, 3]', () => tf.sparseToDense(at(0, 3), [1], [2, 3], 0)],
    [
      'TensorScatterUpdate: the indices [0, -2]',
      () => tf.tensorScatterUpdate(tf.zeros([2, 3]), at(0, -2), tf.tensor1d([1])),
    ],
    [
      'CropAndResize: the indices [1] are no place in [1]',
      () => tf.image.cropAndResize(tf.zeros([1, 2, 2, 1]), [[0, 0, 1, 1]], tf.tensor1d([1], 'int32'), [2, 2]),
    ],
    [
      'Bincount: Input x must be non-negative! Found -1.',
      () => tf.bincount(tf.tensor1d([1, -1], 'int32'), tf.tensor1d([]), 3),
    ],
    [
      'DenseBincount: Input x must be non-negative! Found -1.',
      () => tf.denseBincount(tf.tensor1d([1, -1], 'int32'), tf.tensor1d([]), 3),
    ],
  ]

  it.each(refused)('%s', (message, call) => {
    const before = ourBackend().numDataIds()
    expect(() => tf.tidy(call)).toThrow(message)
    expect(ourBackend().numDataIds()).toBe(before)
  })

  it('are no matter where nothing is written', () => {
    expect(result(() => tf.scatterND(at(0, 0), tf.tensor1d([1]), [2, 0])).shape).toEqual([2, 0])
  })
})
