// The end of a step over a range of the shared parameters: the sum of the micro-batches' gradients, clipping, the optimiser, the weights'
// average, and what the micro-batches left in the state. Arithmetic in assembly/Reduce.ts, GradientNorm.ts and MovingAverage.ts;
// optimizer.ts has the rest. No element's result depends on its range.
import type { SharedExports } from '../wasm/shared.js'
import { normBlock, type Regions } from './memory.js'
import { optimizerUpdate, watched } from './optimizer.js'
import type { SumTask, UpdateTask } from './protocol.js'

/** The range's gradient, summed over the micro-batches. `stride`: float32 elements from one slot to the next. */
export function sumRange(
  shared: SharedExports,
  at: Regions,
  stride: number,
  { count, from, to }: Omit<SumTask, 'kind'>,
): void {
  shared.reduce(at.slots + 4 * from, at.slotWeights, at.gradient + 4 * from, count, stride, to - from)
}

/** The same, and the sum of its squares in each block: `from` is a block's first parameter. */
export function sumWithSquares(shared: SharedExports, at: Regions, stride: number, range: Omit<SumTask, 'kind'>): void {
  const { from, to } = range
  sumRange(shared, at, stride, range)
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
 * The state, as the mean of what the micro-batches left in it, in their order: for a moving average that is the moving average of their mean
 * statistic. In each slot it stands behind the gradient. Answers whether it is finite.
 */
export function updateState(
  shared: SharedExports,
  at: Regions,
  stride: number,
  { count, parameterCount, stateCount }: { count: number; parameterCount: number; stateCount: number },
): boolean {
  if (stateCount === 0) return true
  shared.reduce(at.slots + 4 * parameterCount, at.slotWeights, at.state, count, stride, stateCount)
  return shared.allFinite(at.state, stateCount) === 1
}

/**
 * Gradient (unless it is summed already), then parameters, moments and the average of the task's range. Answers whether all of them are finite
 * afterwards.
 */
export function updateRange(
  shared: SharedExports,
  at: Regions,
  stride: number,
  { count, from, to, step, lr, scale = 1, decay, optimizer }: Omit<UpdateTask, 'kind'>,
): boolean {
  if (count > 0) sumRange(shared, at, stride, { count, from, to })
  if (scale !== 1) shared.scale(at.gradient + 4 * from, to - from, scale)
  optimizerUpdate(shared, at, [from, to], { step, lr, rule: optimizer })
  if (decay !== undefined) shared.movingAverage(at.average + 4 * from, at.parameters + 4 * from, to - from, 1 - decay)
  const vectors = [...watched(at, optimizer), ...(decay === undefined ? [] : [at.average])]
  return vectors.every(values => shared.allFinite(values + 4 * from, to - from) === 1)
}
