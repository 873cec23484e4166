// Slow, plain SSIM and mean squared error in float64, as the report defines them: the window in two dimensions, five fields, one
// position after another. The yardstick of assembly/Ssim.ts and assembly/ImageMetrics.ts; imports nothing from src, and stays.

export interface Shape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

export interface ReferenceSsim {
  /** Mean over positions and channels. */
  readonly ssim: number
  /** The contrast and structure term alone, without luminance. */
  readonly contrast: number
  /** The smallest var_a + var_b + C2 of any position: what rounding errors are divided by. */
  readonly smallestContrast: number
}

const side = 11
const sigma = 1.5
const c1 = 0.01 * 0.01
const c2 = 0.03 * 0.03

/** [11][11], sums to 1. */
const gaussianWindow = (() => {
  const line = Array.from({ length: side }, (_, i) => Math.exp(-((i - 5) * (i - 5)) / (2 * sigma * sigma)))
  const total = line.reduce((a, b) => a + b)
  return line.map(y => line.map(x => (y * x) / (total * total)))
})()

/** Images are [H, W, C] on [0, 1], sides at least 11. */
export function referenceSsim(a: ArrayLike<number>, b: ArrayLike<number>, shape: Shape): ReferenceSsim {
  const { height, width, channels } = shape
  let sum = 0
  let contrastSum = 0
  let positions = 0
  let smallestContrast = Infinity
  for (let y = 0; y + side <= height; y++) {
    for (let x = 0; x + side <= width; x++) {
      for (let c = 0; c < channels; c++) {
        let [meanA, meanB, varianceA, varianceB, covariance] = [0, 0, 0, 0, 0]
        const at = (i: number, j: number) => ((y + i) * width + x + j) * channels + c
        for (let i = 0; i < side; i++) {
          for (let j = 0; j < side; j++) {
            meanA += gaussianWindow[i]![j]! * a[at(i, j)]!
            meanB += gaussianWindow[i]![j]! * b[at(i, j)]!
          }
        }
        for (let i = 0; i < side; i++) {
          for (let j = 0; j < side; j++) {
            const [da, db] = [a[at(i, j)]! - meanA, b[at(i, j)]! - meanB]
            varianceA += gaussianWindow[i]![j]! * da * da
            varianceB += gaussianWindow[i]![j]! * db * db
            covariance += gaussianWindow[i]![j]! * da * db
          }
        }
        const luminance = (2 * meanA * meanB + c1) / (meanA * meanA + meanB * meanB + c1)
        const contrastStructure = (2 * covariance + c2) / (varianceA + varianceB + c2)
        smallestContrast = Math.min(smallestContrast, varianceA + varianceB + c2)
        sum += luminance * contrastStructure
        contrastSum += contrastStructure
        positions++
      }
    }
  }
  return { ssim: sum / positions, contrast: contrastSum / positions, smallestContrast }
}

/** Derivative of the mean SSIM with respect to each pixel of `a`, by central differences. */
export function referenceSsimGradient(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  shape: Shape,
  step = 1e-5,
  term: 'ssim' | 'contrast' = 'ssim',
): Float64Array {
  const moved = Float64Array.from(a)
  return moved.map((value, i) => {
    moved[i] = value + step
    const above = referenceSsim(moved, b, shape)[term]
    moved[i] = value - step
    const below = referenceSsim(moved, b, shape)[term]
    moved[i] = value
    return (above - below) / (2 * step)
  })
}

export function referenceMse(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!)
  return sum / a.length
}
