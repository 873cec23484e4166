// `model.fit` of @tensorflow/tfjs on eyes-wasm: a classifier, a separable one and text models with embeddings, each with the losses that it
// has on 'cpu'. What else a model is used for: lifecycle.test.ts.
import { describe, expect, it } from 'vitest'
import { expectSameLosses, type Trained } from './harness.js'
import { classifier, separable, text } from './models.js'

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

  it.each(['lstm', 'gru', 'pooling'] as const)('text: embeddings and %s, Adam (tfjs #8082)', async kind => {
    // The longest sum: an embedding's gradient over a batch of 16 texts of 10 words.
    expectFallen(await expectSameLosses(() => text(kind), { epochs: 5, batch: 16 }, 160), 0.95)
  })
})
