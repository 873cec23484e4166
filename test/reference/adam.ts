// Slow, plain Adam in float64 (Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1; epsilon added to
// the corrected root, as PyTorch does). The yardstick of assembly/Adam.ts; imports nothing from src, and stays.

export interface AdamState {
  readonly parameters: Float64Array
  readonly firstMoment: Float64Array
  readonly secondMoment: Float64Array
}

export const adamState = (parameters: ArrayLike<number>): AdamState => ({
  parameters: Float64Array.from(parameters),
  firstMoment: new Float64Array(parameters.length),
  secondMoment: new Float64Array(parameters.length),
})

/** Update number `step` (from 1), in place. */
export function referenceAdam(
  { parameters, firstMoment, secondMoment }: AdamState,
  gradient: ArrayLike<number>,
  step: number,
  { lr = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {},
): void {
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i]!
    firstMoment[i] = beta1 * firstMoment[i]! + (1 - beta1) * g
    secondMoment[i] = beta2 * secondMoment[i]! + (1 - beta2) * g * g
    const mean = firstMoment[i]! / (1 - beta1 ** step)
    const square = secondMoment[i]! / (1 - beta2 ** step)
    parameters[i]! -= (lr * mean) / (Math.sqrt(square) + epsilon)
  }
}
