// An optimiser's settings as plain data: they go to every thread, into checkpoints and through users' hands. What they mean is optimizer.ts.

/** Adam (Kingma & Ba, arXiv 1412.6980), and with `weightDecay` AdamW (Loshchilov & Hutter, arXiv 1711.05101). */
export interface AdamRule {
  readonly name: 'adam'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decoupled: the parameters are multiplied by 1 - lr * weightDecay before the update. */
  readonly weightDecay: number
}

/** Stochastic gradient descent (torch.optim.SGD, dampening 0). The first moment's place holds the velocity. */
export interface SgdRule {
  readonly name: 'sgd'
  readonly momentum: number
  readonly nesterov: boolean
  /** Of the L2 kind: added to the gradient, times the parameter. */
  readonly weightDecay: number
}

/** An optimiser but for its learning rate, which a step brings. */
export type OptimizerRule = AdamRule | SgdRule
