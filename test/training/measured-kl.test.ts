// The KL divergence that a VAE's evaluation reports, against the formula in plain arithmetic on the latents of the same images.
import { describe, expect, it } from 'vitest'
import { openSession } from '../../src/training/session.js'

const [count, side] = [5, 16]

function images() {
  const pixels = new Uint8Array(new SharedArrayBuffer(count * side * side * 3))
  pixels.forEach((_, i) => (pixels[i] = (i * i * 31) % 256))
  return {
    source: 'test',
    count,
    height: side,
    width: side,
    pixels,
    labels: null,
    classNames: null,
    sha256: '',
  }
}

describe('evaluate', () => {
  it('measures a VAE’s mean KL over the images asked for', async () => {
    const dataset = images()
    const spec = { kind: 'vae', kernel: 4, stride: 2, padding: 1, height: side, width: side } as const
    const session = await openSession({ spec, dataset, threads: 1, batch: count })
    try {
      const training = { epochs: 2, batch: 5, lr: 1e-3, loss: 'mse', klWeight: 0, seed: 3, shuffle: false } as const
      const { model } = await session.train({ ...training, limit: null })
      const limit = 3
      const { kl } = await session.evaluate(model, { seed: 3, limit })
      const { mean, logVariance } = await session.encode(model, dataset.pixels.slice(0, limit * side * side * 3))
      let sum = 0
      mean.forEach((mu, i) => (sum -= 0.5 * (1 + logVariance![i]! - mu * mu - Math.exp(logVariance![i]!))))
      expect(sum).toBeGreaterThan(0)
      expect(Math.abs(kl! / (sum / mean.length) - 1)).toBeLessThan(1e-5)
    } finally {
      await session.close()
    }
  })
})
