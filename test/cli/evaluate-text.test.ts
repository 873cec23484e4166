// What `evaluate` says of a VAE's KL divergence: the whole loss only where it is the sum of what was measured.
import { describe, expect, it } from 'vitest'
import { klText } from '../../src/cli/evaluate.js'

describe('klText', () => {
  it('adds MSE and the KL divergence with the weight of the training', () => {
    expect(klText('', 0.0083, 0.0058, undefined)).toBe('Mean KL 0.00580 (weight 1): MSE + KL = 0.0141.')
    const weak = { loss: 'mse', klWeight: 0.1, freeBits: 0 } as const
    expect(klText(' held out', 0.0083, 0.0058, weak)).toBe(
      'Mean KL held out 0.00580 (weight 0.1): MSE + 0.1 x KL = 0.00888.',
    )
  })

  it('names a loss that is another one', () => {
    const l1 = { loss: 'l1', klWeight: 1, freeBits: 0 } as const
    expect(klText('', 0.01, 0.005, l1)).toBe('Mean KL 0.00500; trained with l1, KL weight 1.')
    const free = { loss: 'mse', klWeight: 1, freeBits: 0.1 } as const
    expect(klText('', 0.01, 0.005, free)).toBe(
      'Mean KL 0.00500; trained with 0.1 free nats a latent value, KL weight 1.',
    )
  })
})
