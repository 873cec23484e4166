// Adam as PyTorch's single-tensor form orders it, and the weighted sum of gradients, in float64. The yardstick of assembly/Adam.ts and
// assembly/Reduce.ts; imports nothing from src, and stays.

type Numbers = ArrayLike<number>

export interface AdamState {
  readonly parameters: Float64Array
  readonly m: Float64Array
  readonly v: Float64Array
}

/** One update in place; `step` counts from 1. */
export function adam(
  state: AdamState,
  gradient: Numbers,
  step: number,
  lr: number,
  beta1: number,
  beta2: number,
  epsilon: number,
) {
  const { parameters, m, v } = state
  const stepSize = lr / (1 - beta1 ** step)
  const rootCorrection = Math.sqrt(1 - beta2 ** step)
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]!
    m[i] = beta1 * m[i]! + (1 - beta1) * g
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g
    parameters[i]! -= (stepSize * m[i]!) / (Math.sqrt(v[i]!) / rootCorrection + epsilon)
  }
}

/** Sum over k of weights[k] * slots[k], each slot [size]. */
export function reduce(slots: readonly Numbers[], weights: Numbers, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => slots.reduce((sum, slot, k) => sum + weights[k]! * slot[i]!, 0))
}
