// The end of a step over a range of the shared parameters: the sum of the micro-batches' gradients, clipping, Adam, whose bias corrections
// are float64 from the integer step, and the weights' average. Arithmetic in assembly/Reduce.ts, GradientNorm.ts, Adam.ts and
// MovingAverage.ts. No element's result depends on its range.
import type { SharedExports } from '../wasm/shared.js'
import { normBlock, slotStride, type Regions } from './memory.js'
import type { SumTask, UpdateTask } from './protocol.js'

/** Adam's constants besides the learning rate; PyTorch's defaults. */
export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const

/** base^exponent by repeated squaring: `**` may differ in its last bit between engines. */
export function integerPower(base: number, exponent: number): number {
  let result = 1
  for (let e = exponent, b = base; e > 0; e = Math.floor(e / 2), b *= b) if (e % 2 === 1) result *= b
  return result
}

/** Update number `step` (from 1) of the parameters [from, to) by the summed gradient, in place. */
export function adamUpdate(
  shared: SharedExports,
  at: Regions,
  from: number,
  to: number,
  step: number,
  lr: number,
): void {
  const { beta1, beta2, epsilon } = adamDefaults
  shared.adam(
    at.parameters + 4 * from,
    at.firstMoment + 4 * from,
    at.secondMoment + 4 * from,
    at.gradient + 4 * from,
    to - from,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    epsilon,
    lr / (1 - integerPower(beta1, step)),
    Math.sqrt(1 - integerPower(beta2, step)),
  )
}

/** The range's gradient, summed over the micro-batches. */
export function sumRange(
  shared: SharedExports,
  at: Regions,
  parameterCount: number,
  { count, from, to }: Omit<SumTask, 'kind'>,
): void {
  const stride = slotStride(parameterCount)
  shared.reduce(at.slots + 4 * from, at.slotWeights, at.gradient + 4 * from, count, stride, to - from)
}

/** The same, and the sum of its squares in each block: `from` is a block's first parameter. */
export function sumWithSquares(
  shared: SharedExports,
  at: Regions,
  parameterCount: number,
  range: Omit<SumTask, 'kind'>,
): void {
  const { from, to } = range
  sumRange(shared, at, parameterCount, range)
  shared.blockSquares(at.gradient + 4 * from, at.squares + 8 * (from / normBlock), to - from, normBlock)
}

/** L2 norm of the whole gradient, from the blocks' sums of squares. */
export const gradientNorm = (shared: SharedExports, at: Regions, parameterCount: number) =>
  Math.sqrt(shared.sumDoubles(at.squares, Math.ceil(parameterCount / normBlock)))

/**
 * What a gradient of this norm is multiplied by: 1, or clipNorm / norm for a longer one (Pascanu, Mikolov & Bengio, ICML 2013, Algorithm 1).
 * PyTorch's clip_grad_norm_ divides by norm + 1e-6.
 */
export const clipScale = (norm: number, clipNorm: number) => (norm > clipNorm ? clipNorm / norm : 1)

/**
 * Decay of the weights' average in update `step` (from 1): min(decay, (1 + step) / (10 + step)), by which the first weights, which are drawn,
 * are forgotten early (TensorFlow's ExponentialMovingAverage with num_updates).
 */
export const averageDecay = (decay: number, step: number) => Math.min(decay, (1 + step) / (10 + step))

/**
 * Gradient (unless it is summed already), then parameters, moments and the average of the task's range. Answers whether all of them are finite
 * afterwards. (The first moment is when the second one and the gradient are: it is a mean, which is no larger than what it is of.)
 */
export function updateRange(
  shared: SharedExports,
  at: Regions,
  parameterCount: number,
  { count, from, to, step, lr, scale = 1, decay }: Omit<UpdateTask, 'kind'>,
): boolean {
  if (count > 0) sumRange(shared, at, parameterCount, { count, from, to })
  if (scale !== 1) shared.scale(at.gradient + 4 * from, to - from, scale)
  adamUpdate(shared, at, from, to, step, lr)
  if (decay !== undefined) shared.movingAverage(at.average + 4 * from, at.parameters + 4 * from, to - from, 1 - decay)
  const vectors = [at.parameters, at.secondMoment, ...(decay === undefined ? [] : [at.average])]
  return vectors.every(values => shared.allFinite(values + 4 * from, to - from) === 1)
}
