// Kernels that stand in for wrong ones of tfjs-backend-wasm, beside tfjs's cpu backend: maxima of volumes and their places, grey dilation, the
// input gradient of conv3d. Its maxima start from the least positive number, so values are drawn from all signs.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { Random, useBackend } from './harness.js'

useBackend()

/** Values of every tensor that `compute` answers, on the cpu backend and on ours. */
async function onBoth(compute: () => (tf.Tensor | undefined)[]): Promise<[cpu: number[][], ours: number[][]]> {
  const results: number[][][] = []
  for (const backend of ['cpu', 'eyes-wasm']) {
    await tf.setBackend(backend)
    results.push(tf.tidy(() => compute().map(tensor => [...tensor!.shape, ...tensor!.dataSync()])))
  }
  return results as [number[][], number[][]]
}

function expectClose([cpu, ours]: [number[][], number[][]], what: string): void {
  expect(cpu.length).toBe(ours.length)
  cpu.forEach((values, i) => {
    expect(values.length, what).toBeGreaterThan(5)
    expect(ours[i]!.length, what).toBe(values.length)
    const worst = values.reduce((most, value, k) => Math.max(most, Math.abs(value - ours[i]![k]!)), 0)
    expect(worst, `${what}, result ${i}`).toBeLessThan(2e-5)
  })
}

const random = new Random(7)
const tensor = (shape: number[]) => {
  const values = random.floats(shape.reduce((a, b) => a * b, 1))
  return () => tf.tensor(values, shape)
}

const kernels = [
  [1, 1, 1],
  [2, 3, 2],
  [3, 2, 1],
] as const
const strides = [
  [1, 1, 1],
  [1, 2, 3],
  [3, 1, 2],
] as const
const paddings = ['same', 'valid'] as const
const geometries = kernels.flatMap(kernel =>
  strides.flatMap(stride => paddings.map(pad => ({ kernel: [...kernel], stride: [...stride], pad }))),
) as { kernel: [number, number, number]; stride: [number, number, number]; pad: 'same' | 'valid' }[]

describe('volumes', () => {
  it('MaxPool3D and its gradient', async () => {
    for (const channels of [1, 9])
      for (const { kernel, stride, pad } of geometries) {
        const x = tensor([2, 4, 5, 3, channels])
        const pool = (v: tf.Tensor) => tf.maxPool3d(v as tf.Tensor5D, kernel, stride, pad)
        const what = JSON.stringify({ channels, kernel, stride, pad })
        expectClose(await onBoth(() => [pool(x())]), what)
        // Of the gradient cpu's is wrong for windows that are no cubes. Values are all different: each window's gradient goes to its value's place.
        tf.tidy(() => {
          const [values, y] = [x().dataSync(), pool(x())]
          const dy = tf.reshape(tf.range(1, y.size + 1), y.shape)
          const expected = new Float32Array(values.length)
          y.dataSync().forEach((value, i) => (expected[values.indexOf(value)]! += i + 1))
          expect([...tf.grad(pool)(x(), dy).dataSync()], what).toEqual([...expected])
        })
      }
  })

  it('MaxPool3D takes whole numbers', async () => {
    const x = () => tf.tensor5d([-5, -3, -7, -9], [1, 2, 2, 1, 1], 'int32')
    const [cpu, ours] = await onBoth(() => [tf.maxPool3d(x(), 2, 1, 'same')])
    expect(ours).toEqual(cpu)
  })

  it("conv3d's gradients", async () => {
    for (const { kernel, stride, pad } of geometries) {
      const [x, filter] = [tensor([2, 4, 5, 3, 3]), tensor([...kernel, 3, 2])]
      const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, stride, pad)
      const compute = () =>
        tf
          .grads(convolve)([x(), filter()])
          .map(gradient => tf.div(gradient, 10))
      expectClose(await onBoth(compute), JSON.stringify({ kernel, stride, pad }))
    }
  })

  it('conv3dTranspose refuses a shape that does not fit', async () => {
    await tf.setBackend('eyes-wasm')
    const attrs = { strides: [1, 1, 1], pad: 'valid', inputShape: [1, 4, 4, 4, 1] }
    const inputs = { dy: tf.zeros([1, 2, 2, 2, 1]), filter: tf.zeros([2, 2, 2, 1, 1]) }
    expect(() => tf.engine().runKernel('Conv3DBackpropInputV2', inputs, attrs)).toThrow(
      /^Conv3DBackpropInputV2: dy is \[1, 2, 2, 2, 1\], wanted \[1, 3, 3, 3, 1\]/,
    )
    tf.dispose(inputs)
  })
})

describe('maps', () => {
  it('MaxPoolWithArgmax, in the image and in the batch', async () => {
    for (const inBatch of [false, true])
      for (const { kernel, stride, pad } of geometries) {
        const x = tensor([2, 5, 6, 3])
        const window = [kernel.slice(0, 2), stride.slice(0, 2)] as [[number, number], [number, number]]
        const compute = () => {
          const { result, indexes } = tf.maxPoolWithArgmax(x() as tf.Tensor4D, ...window, pad, inBatch)
          return [result, indexes]
        }
        expectClose(await onBoth(compute), JSON.stringify({ inBatch, kernel, stride, pad }))
      }
  })

  it('MaxPoolWithArgmax refuses another rank', () => {
    const x = tf.zeros([5, 6, 3]) as unknown as tf.Tensor4D
    expect(() => tf.maxPoolWithArgmax(x, 2, 1, 'valid')).toThrow(/^MaxPoolWithArgmax: x is \[5, 6, 3\], wanted \[N/)
    x.dispose()
  })

  it('Dilation2D and its gradients', async () => {
    for (const dilation of [
      [1, 1],
      [2, 3],
    ] as [number, number][])
      for (const { kernel, stride, pad } of geometries) {
        const [x, filter] = [tensor([2, 7, 8, 3]), tensor([...kernel.slice(0, 2), 3])]
        const dilate = (a: tf.Tensor, b: tf.Tensor) =>
          tf.dilation2d(a as tf.Tensor4D, b as tf.Tensor3D, stride.slice(0, 2) as [number, number], pad, dilation)
        const compute = () => [dilate(x(), filter()), ...tf.grads(dilate)([x(), filter()])]
        expectClose(await onBoth(compute), JSON.stringify({ dilation, kernel, stride, pad }))
      }
  })
})
