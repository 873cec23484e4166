// The recipes that docs/recipes.md compares: what each one changes in a baseline, in a sentence, and whose idea it is. Constants and pure
// functions; nothing is trained here. The formulas stand with the code that computes them.
import type { TrainOptions } from '../../training/options.js'
import type { ModelKind } from '../../models/spec.js'

/** What a recipe's own options may depend on. */
export interface Baseline {
  readonly epochs: number
  readonly batch: number
  readonly lr: number
}

export interface RecipeEntry {
  /** Short, for a table; unique. */
  readonly name: string
  readonly models: readonly ModelKind[]
  /** What it changes in the baseline. */
  readonly options: (baseline: Baseline) => TrainOptions
  /** Another reconstruction loss: it is also in the chart and the pictures of losses. */
  readonly isLoss?: boolean
  readonly meaning: string
  readonly source: string
}

const both: readonly ModelKind[] = ['ae', 'vae']
const ae: readonly ModelKind[] = ['ae']
const vae: readonly ModelKind[] = ['vae']

/** A part of `whole`, rounded, at least 1. */
const part = (whole: number, share: number) => Math.max(1, Math.round(whole * share))

/** Three times the rate, without the digits that rounding adds. */
const tripled = (rate: number) => Number((3 * rate).toPrecision(6))

/** A round number (how long gradients are was not measured), and an average over some 300 steps, fewer at the start. */
const clipNorm = 1
const ema = 0.997

const losses: readonly RecipeEntry[] = [
  {
    name: 'loss l1',
    models: both,
    options: () => ({ loss: 'l1' }),
    isLoss: true,
    meaning: 'The mean absolute difference: an outlier counts once, not squared, so that edges are blurred less.',
    source: 'Zhao et al., "Loss functions for image restoration with neural networks", arXiv 1511.08861',
  },
  {
    name: 'loss charbonnier',
    models: ae,
    options: () => ({ loss: 'charbonnier' }),
    isLoss: true,
    meaning: 'A smooth L1, sqrt(d² + ε²): quadratic for the smallest differences.',
    source:
      'Charbonnier et al., "Two deterministic half-quadratic regularization algorithms for computed imaging", ICIP 1994; as a loss: Lai et al., arXiv 1704.03915',
  },
  {
    name: 'loss ssim',
    models: both,
    options: () => ({ loss: 'ssim' }),
    isLoss: true,
    meaning: '1 − SSIM: local structure and contrast in place of values.',
    source: 'Wang et al., "Image quality assessment", IEEE TIP 2004; for autoencoders: Snell et al., arXiv 1511.06409',
  },
  {
    name: 'loss ms-ssim+l1',
    models: both,
    options: () => ({ loss: 'ms-ssim+l1' }),
    isLoss: true,
    meaning: '0.84 (1 − MS-SSIM) + 0.16 L1: structure at several scales, with L1 to hold colour and brightness.',
    source: 'Zhao et al., arXiv 1511.08861; MS-SSIM: Wang et al., Asilomar 2003',
  },
  {
    name: 'loss focal-frequency',
    models: both,
    options: () => ({ loss: 'focal-frequency' }),
    isLoss: true,
    meaning:
      'MSE plus the squared error of each spatial frequency, weighted by itself: the worst frequencies count most.',
    source: 'Jiang et al., "Focal frequency loss for image reconstruction and synthesis", ICCV 2021, arXiv 2012.12821',
  },
  {
    name: 'loss edge',
    models: ae,
    options: () => ({ loss: 'edge' }),
    isLoss: true,
    meaning: 'L1 plus a tenth of the L1 between Sobel gradients.',
    source: 'common practice; no paper',
  },
]

const rates: readonly RecipeEntry[] = [
  {
    name: 'cosine',
    models: both,
    options: () => ({ lrSchedule: 'cosine' }),
    meaning:
      'The learning rate falls to 0 along half a cosine: large steps first, the optimiser’s noise taken out last.',
    source: 'Loshchilov and Hutter, "SGDR", arXiv 1608.03983',
  },
  {
    name: 'plateau',
    models: ae,
    options: () => ({ lrSchedule: 'plateau' }),
    meaning: 'The learning rate is divided when the held-out loss has not fallen for some epochs.',
    source: 'PyTorch’s ReduceLROnPlateau; no paper',
  },
  {
    name: 'warm-up',
    models: ae,
    options: ({ epochs }) => ({ lrWarmup: part(epochs, 0.1) }),
    meaning: 'The learning rate rises from near 0 in the first epochs, while Adam’s averages are still rough.',
    source: 'Goyal et al., "Accurate, large minibatch SGD", arXiv 1706.02677',
  },
  {
    name: 'rate × 3',
    models: ae,
    options: ({ lr }) => ({ lr: tripled(lr) }),
    meaning: 'Three times the learning rate, throughout: what the next row is to be compared with.',
    source: '–',
  },
  {
    name: 'one-cycle, rate × 3',
    models: ae,
    options: ({ lr }) => ({ lrSchedule: 'one-cycle', lr: tripled(lr) }),
    meaning: 'The rate rises to its largest in the first 30 % of the steps and falls to almost nothing after.',
    source: 'Smith and Topin, "Super-convergence", arXiv 1708.07120',
  },
  {
    name: 'batch ÷ 4',
    models: both,
    options: ({ batch }) => ({ batch: part(batch, 1 / 4) }),
    meaning:
      'A quarter of the images a step: four times as many steps in the same epochs. Of the report’s 164 it is 41.',
    source: 'Keskar et al., "On large-batch training", arXiv 1609.04836',
  },
]

const weights: readonly RecipeEntry[] = [
  {
    name: 'gradient clipping',
    models: ae,
    options: () => ({ clipNorm }),
    meaning: 'A step’s gradient is scaled down to this L2 norm where it is longer.',
    source: 'Pascanu et al., "On the difficulty of training recurrent neural networks", arXiv 1211.5063',
  },
  {
    name: 'weight average',
    models: both,
    options: () => ({ ema }),
    meaning: 'The model is an exponential moving average of the weights, with a decay that grows at the start.',
    source: 'Polyak and Juditsky 1992; as used in Tarvainen and Valpola, arXiv 1703.01780',
  },
  {
    name: 'flips',
    models: ae,
    options: () => ({ flip: true }),
    meaning: 'Every image is mirrored with probability 1/2, anew in each epoch. Meant for held-out images.',
    source: 'common practice; survey: Shorten and Khoshgoftaar 2019',
  },
  {
    name: 'shifts',
    models: ae,
    options: () => ({ shift: 2 }),
    meaning: 'Every image is shifted by up to 2 pixels in x and y, anew in each epoch. Meant for held-out images.',
    source: 'as above',
  },
]

const latents: readonly RecipeEntry[] = [
  {
    name: 'linear heads',
    models: vae,
    options: () => ({ heads: 'linear' }),
    meaning: 'No ReLU after the mean and the log variance: means may be negative, variances below 1.',
    source: 'Kingma and Welling, "Auto-encoding variational Bayes", arXiv 1312.6114',
  },
  {
    name: 'KL weight 0.1',
    models: vae,
    options: () => ({ klWeight: 0.1 }),
    meaning: 'Less pressure on the latent: reconstruction is bought with information.',
    source: 'Higgins et al., "beta-VAE", ICLR 2017',
  },
  {
    name: 'KL warm-up',
    models: vae,
    options: ({ epochs }) => ({ klWarmup: part(epochs, 0.5) }),
    meaning: 'The KL weight grows from 0 in the first half of the epochs.',
    source: 'Bowman et al., arXiv 1511.06349; Sønderby et al., arXiv 1602.02282',
  },
  {
    name: 'free bits',
    models: vae,
    options: () => ({ freeBits: 0.01 }),
    meaning: 'So many nats of each latent element cost nothing.',
    source: 'Kingma et al., "Improved variational inference with inverse autoregressive flow", arXiv 1606.04934',
  },
  {
    name: 'sigma-VAE',
    models: vae,
    options: () => ({ loss: 'sigma', heads: 'linear' }),
    isLoss: true,
    meaning:
      'The variance of a pixel is the best one for each image, ½ log MSE, so that KL weight 1 is the true bound.',
    source: 'Rybkin et al., "Simple and effective VAE training with calibrated decoders", ICML 2021, arXiv 2006.13202',
  },
  {
    name: 'sigma-VAE, KL weight 1/32',
    models: vae,
    options: () => ({ loss: 'sigma', heads: 'linear', klWeight: 1 / 32 }),
    isLoss: true,
    meaning:
      'The same with the pressure on a latent value that weight 1 has beside a mean KL at stride 1 (32 values for each of the image).',
    source: 'as above',
  },
  {
    name: 'sigma-VAE with KL warm-up',
    models: vae,
    options: ({ epochs }) => ({ loss: 'sigma', heads: 'linear', klWarmup: part(epochs, 0.5) }),
    meaning: 'Weight 1 in the end, but from 0.',
    source: 'as above',
  },
]

const together: readonly RecipeEntry[] = [
  {
    name: '--preset best, but its batch',
    models: both,
    options: () => ({ preset: 'best' }),
    meaning: 'All that our own preset changes, with the baseline’s batch and epochs.',
    source: 'src/training/presets.ts',
  },
]

/** All of them, in the order of the table. */
export const catalogue: readonly RecipeEntry[] = [...rates, ...weights, ...losses, ...latents, ...together]
