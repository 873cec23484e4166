// The reconstruction losses by name, what a training minimises, and the pictures that each loss can take. No tfjs: options and commands read it too. What they compute is
// losses.ts.

/** Names of the losses; the first is the report's. */
export const lossNames = ['mse', 'l1', 'charbonnier', 'ssim', 'ms-ssim+l1', 'focal-frequency', 'edge', 'sigma'] as const
/** Name of what is minimised between pictures and reconstructions. */
export type LossName = (typeof lossNames)[number]

/** What is minimised: mean reconstruction error, and for a VAE klWeight times the mean KL divergence. */
export interface Objective {
  readonly loss: LossName
  readonly klWeight: number
  /** Floor under each latent element's KL divergence, in nats; 0 or left out: none. */
  readonly freeBits?: number
}

/** Side of SSIM's window: a picture's smallest side at its coarsest scale. */
const ssimWindow = 11

/** Scales that Wang, Simoncelli & Bovik compute ("Multiscale structural similarity", Asilomar 2003). */
const mostScales = 5

/** Scales of a picture of this size into which SSIM's window fits, each half the one before: three at 50x50 (50, 25, 12), five at most. */
export function ssimScales(height: number, width: number): number {
  let scales = 0
  for (let side = Math.min(height, width); side >= ssimWindow && scales < mostScales; side = Math.floor(side / 2))
    scales++
  return scales
}

/** Smallest side of a picture that a loss can take; multi-scale SSIM wants two scales. */
export const leastSide = (loss: LossName): number =>
  loss === 'ms-ssim+l1' ? 2 * ssimWindow : loss === 'ssim' ? ssimWindow : loss === 'edge' ? 3 : 1
