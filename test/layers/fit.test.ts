// `model.fit` of @tensorflow/tfjs on eyes-wasm: a classifier, a separable one, a U-Net and text models with embeddings, each with the losses
// that it has on 'cpu'. What else a model is used for: lifecycle.test.ts.
import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { expectSameLosses, tf, type Trained } from './harness.js'
import { classifier, separable, text, unet } from './models.js'

/** A model whose losses agree may still not learn, where the task were too hard or a step did nothing. */
function expectFallen({ losses }: Trained, share: number): void {
  expect(losses.every(Number.isFinite)).toBe(true)
  expect(losses.at(-1)! / losses[0]!, `last loss over the first, ${losses[0]}`).toBeLessThan(share)
}

describe('model.fit has the losses of the cpu backend', () => {
  it('CNN classifier: convolution, both poolings, dropout, SGD with momentum', async () => {
    // The longest sum is that of a filter's gradient: batch 16, 12 x 12 places.
    expectFallen(await expectSameLosses(() => classifier(), { epochs: 5, batch: 16 }, 16 * 144), 0.9)
  })

  it('separable convolutions with ReLU6, Adam', async () => {
    expectFallen(await expectSameLosses(() => separable(), { epochs: 3, batch: 8 }, 8 * 36), 0.97)
  })

  it('U-Net: skip connections, batch normalisation, transposed convolution, upsampling, Adam', async () => {
    expectFallen(await expectSameLosses(() => unet('bilinear'), { epochs: 4, batch: 4 }, 4 * 256), 0.8)
  })

  // One image a batch: of more, cpu's gradient of the nearest neighbours is wrong (below).
  it('U-Net with nearest neighbours', async () => {
    expectFallen(await expectSameLosses(() => unet('nearest', 4), { epochs: 2, batch: 1 }, 256), 0.9)
  })

  it.each(['lstm', 'gru', 'pooling'] as const)('text: embeddings and %s, Adam (tfjs #8082)', async kind => {
    // The longest sum: an embedding's gradient over a batch of 16 texts of 10 words.
    expectFallen(await expectSameLosses(() => text(kind), { epochs: 5, batch: 16 }, 160), 0.95)
  })
})

describe('gradients that tfjs 4.22.0 has wrong', () => {
  const gradient = async (backend: string, f: (x: Tensor4D) => Tensor, x: () => Tensor4D) => {
    await tf.setBackend(backend)
    return tf.tidy(() =>
      Array.from(
        tf
          .grad(t => f(t as Tensor4D).sum())(x())
          .dataSync(),
      ),
    )
  }

  it('nearest neighbours, in each image of a batch: 4 pixels of 1 or of 10 for each one; cpu reads the first image again', async () => {
    const weights = () => tf.concat([tf.fill([1, 4, 4, 1], 1), tf.fill([1, 4, 4, 1], 10)])
    const f = (x: Tensor4D) => tf.mul(tf.image.resizeNearestNeighbor(x, [4, 4]), weights())
    const x = () => tf.ones<Rank.R4>([2, 2, 2, 1])
    expect(await gradient('eyes-wasm', f, x)).toEqual([4, 4, 4, 4, 40, 40, 40, 40])
    expect(await gradient('cpu', f, x)).toEqual([4, 4, 4, 4, 4, 4, 22, 22])
  })

  it('max pooling where all of a window is negative, which wasm puts into its first place', async () => {
    const f = (x: Tensor4D) => tf.maxPool(x, 2, 2, 'valid')
    expect(await gradient('eyes-wasm', f, () => tf.tensor4d([-3, -1, -2, -4], [1, 2, 2, 1]))).toEqual([0, 1, 0, 0])
  })
})
