// The end of a step over a range of the shared parameters: the sum of the micro-batches' gradients, then Adam, whose bias corrections
// are float64 from the integer step. Arithmetic in assembly/Reduce.ts and Adam.ts. No element's result depends on its range.
import type { SharedExports } from '../wasm/shared.js'
import { slotStride, type Regions } from './memory.js'
import type { UpdateTask } from './protocol.js'

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

/**
 * Gradient, then parameters and moments of the task's range. Answers whether all of them are finite afterwards. (The first moment is when the
 * second one and the gradient are: it is a mean, which is no larger than what it is of.)
 */
export function updateRange(
  shared: SharedExports,
  at: Regions,
  parameterCount: number,
  { count, from, to, step, lr }: Omit<UpdateTask, 'kind'>,
): boolean {
  const stride = slotStride(parameterCount)
  shared.reduce(at.slots + 4 * from, at.slotWeights, at.gradient + 4 * from, count, stride, to - from)
  adamUpdate(shared, at, from, to, step, lr)
  return [at.parameters, at.secondMoment].every(values => shared.allFinite(values + 4 * from, to - from) === 1)
}
