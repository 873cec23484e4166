// Slow, plain gradient descent with momentum in float64, as torch.optim.SGD's documentation defines it (dampening 0), and AdamW's decay
// (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2, as torch.optim.AdamW has it: lr times the decay). The yardsticks of assembly/Sgd.ts
// and of parallel/optimizer.ts; import nothing from src, and stay.

export interface SgdState {
  readonly parameters: Float64Array
  /** Momentum buffer, empty before the first update. */
  velocity: Float64Array | null
}

export const sgdState = (parameters: ArrayLike<number>): SgdState => ({
  parameters: Float64Array.from(parameters),
  velocity: null,
})

/** One update, in place. */
export function referenceSgd(
  state: SgdState,
  gradient: ArrayLike<number>,
  {
    lr,
    momentum = 0,
    nesterov = false,
    weightDecay = 0,
  }: { lr: number; momentum?: number; nesterov?: boolean; weightDecay?: number },
): void {
  const { parameters } = state
  const decayed = Float64Array.from(gradient, (g, i) => g + weightDecay * parameters[i]!)
  const before = state.velocity
  state.velocity = before ? decayed.map((g, i) => momentum * before[i]! + g) : decayed.slice()
  for (let i = 0; i < parameters.length; i++) {
    const v = state.velocity[i]!
    const step = momentum === 0 ? decayed[i]! : nesterov ? decayed[i]! + momentum * v : v
    parameters[i]! -= lr * step
  }
}

/** What AdamW does to the parameters before Adam's update. */
export function referenceDecay(parameters: Float64Array, lr: number, weightDecay: number): void {
  for (let i = 0; i < parameters.length; i++) parameters[i]! *= 1 - lr * weightDecay
}
