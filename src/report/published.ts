// The report's own results (its Tables 1 and 4), to be printed beside ours. Numbers only.
import type { ModelSpec } from '../models/spec.js'

/** One column of Table 1 or 4. PSNR in dB; mse is the tables' "MSE loss", on the [-1, 1] scale. */
export interface PublishedQuality {
  /** Peak signal-to-noise ratio, in dB. */
  readonly psnr: number
  /** Structural similarity, at most 1. */
  readonly ssim: number
  /** Table 4 (VAE) fits only as the whole training loss, MSE + mean KL. */
  readonly mse: number
  /** Number of the report's table. */
  readonly table: 1 | 4
}

/** The report's tuples (kernel, stride, padding), in the order of its tables. */
export const reportGeometries = [
  [3, 1, 1],
  [5, 1, 2],
  [7, 1, 3],
  [9, 1, 4],
  [4, 2, 2],
  [6, 2, 3],
] as const

type Column = readonly [psnr: number, ssim: number, mse: number]

const table1: Readonly<Record<string, Column>> = {
  '3,1,1': [42.53, 0.996, 0.0002],
  '5,1,2': [40.56, 0.995, 0.0003],
  '7,1,3': [33.8, 0.981, 0.0016],
  '9,1,4': [32.4, 0.978, 0.002],
  '4,2,2': [30.26, 0.916, 0.0038],
  '6,2,3': [30.19, 0.913, 0.0041],
}

const table4: Readonly<Record<string, Column>> = {
  '3,1,1': [26.59, 0.827, 0.0158],
  '5,1,2': [26.85, 0.841, 0.0141],
  '7,1,3': [26.43, 0.839, 0.0144],
  '9,1,4': [24.87, 0.822, 0.0154],
  '4,2,2': [19.3, 0.487, 0.0692],
  '6,2,3': [19.55, 0.497, 0.0616],
}

/** What the report measured for this model and geometry, or undefined where it has no such column. */
export function publishedQuality({
  kind,
  kernel,
  stride,
  padding,
  latent = 0,
}: Pick<ModelSpec, 'kind' | 'kernel' | 'stride' | 'padding' | 'latent'>): PublishedQuality | undefined {
  if (latent > 0) return undefined // No bottleneck is the report's.
  const column = (kind === 'ae' ? table1 : table4)[`${kernel},${stride},${padding}`]
  if (column === undefined) return undefined
  const [psnr, ssim, mse] = column
  return { psnr, ssim, mse, table: kind === 'ae' ? 1 : 4 }
}
