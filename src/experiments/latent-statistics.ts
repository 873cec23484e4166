// What a VAE's latent carries, gathered block by block: KL divergence from the prior by channel, and active units. Pure arithmetic; the
// definition of the KL term is assembly/KlDivergence.ts's, in float64.
import type { Latents } from '../training/session.js'
import type { LatentShape } from './study.js'

/** Var(mu) over images above which a unit counts as active: Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders" (2015). */
export const activeVariance = 0.01

export interface ChannelStatistics {
  readonly channel: number
  /** Mean over images and places of KL(N(mu, sigma^2) || N(0, 1)) = (mu^2 + sigma^2 - 1 - log sigma^2) / 2, in nats. */
  readonly kl: number
  /** Places of the channel's map whose mean varies over images by more than `activeVariance`, and how many places there are. */
  readonly activeUnits: number
  readonly units: number
}

/** Takes latents some images at a time. */
export interface LatentStatistics {
  receive(latents: Latents): void
  channels(): ChannelStatistics[]
}

export function latentStatistics({ size, channels }: LatentShape): LatentStatistics {
  const sum = new Float64Array(size)
  const squares = new Float64Array(size)
  const kl = new Float64Array(channels)
  let images = 0
  return {
    receive({ mean, logVariance }) {
      images += mean.length / size
      for (let i = 0; i < mean.length; i++) {
        const [mu, unit] = [mean[i]!, i % size]
        sum[unit]! += mu
        squares[unit]! += mu * mu
        const logSigma2 = logVariance?.[i] ?? 0
        kl[i % channels]! += (mu * mu + Math.exp(logSigma2) - 1 - logSigma2) / 2
      }
    },
    channels() {
      const units = size / channels
      const active = new Int32Array(channels)
      for (let unit = 0; unit < size; unit++) {
        const mean = sum[unit]! / images
        if (squares[unit]! / images - mean * mean > activeVariance) active[unit % channels]!++
      }
      return Array.from({ length: channels }, (_, channel) => ({
        channel,
        kl: kl[channel]! / (images * units),
        activeUnits: active[channel]!,
        units,
      }))
    },
  }
}
