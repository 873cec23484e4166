// From errors per image to the numbers of the report's tables. The errors themselves come from assembly/ImageMetrics.ts.
// Sits beside the loop. The only file of training/ that uses a host logarithm: a printed PSNR never reaches pixels or weights.
import type { Quality } from './types.js'

/**
 * Peak signal-to-noise ratio in dB, for pixels on [0, 1]: 20 log10(1 / sqrt(mse)), the report's definition.
 * `mse` is one image's mean squared error on [0, 1]; 0 (equal images) gives Infinity.
 */
export function psnr(mse: number): number {
  return 20 * Math.log10(1 / Math.sqrt(mse))
}

/** Mean squared error on [0, 1] as the report prints it: on the models' scale [-1, 1], where differences are twice as large. */
export function reportMse(mse: number): number {
  return 4 * mse
}

/** Mean in index order, the same bits each time; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/**
 * Means over images of PSNR, SSIM and the report's MSE. PSNR is taken for each image and then averaged, as the report does, so one
 * image that is reproduced exactly makes the mean Infinity (as numpy's mean would); none is left out quietly.
 * @param mse one value an image, on [0, 1]
 * @param ssim one value an image
 */
export function quality(mse: ArrayLike<number>, ssim: ArrayLike<number>): Quality {
  return { psnr: mean(Array.from(mse, psnr)), ssim: mean(ssim), mse: reportMse(mean(mse)) }
}
