// The engine's words that users' types lead to: optimisers, losses, callbacks' answers, where a training is. Data only. No type of
// WebAssembly's, which a user's compiler may not know (the types of Node 20 lack them, where those of the DOM are not there).

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

/** Means over examples: the loss, and whatever parts of it the program reports, by name. */
export interface LossParts {
  readonly loss: number
  readonly [part: string]: number
}

/** What an update is: by which optimiser, and what it does besides; 0 = not. */
export interface UpdateRule {
  /** Left out: Adam with PyTorch's defaults. */
  readonly optimizer?: OptimizerRule
  /** Largest norm of the whole gradient; a longer one is scaled down to it. */
  readonly clipNorm: number
  /** Decay of the weights' average in this update, 0 to 1. */
  readonly decay: number
}

/**
 * A callback's answer: go on (undefined), or end after this step or epoch, and why. With `pause` the run is not finished: it is kept
 * as it is, to be resumed, and nothing is measured.
 */
export type Verdict =
  | {
      /** Why, for people. */
      readonly stop: string
      /** Whether the run is kept to be resumed. */
      readonly pause?: boolean
    }
  | undefined

/** What a function without a return answers: `void`, which may not stand in a union by itself. */
type Nothing = ReturnType<() => void>

/** What a callback may return: a verdict, nothing at all, or a promise of either. */
export type Answer = Verdict | Nothing | Promise<Verdict | Nothing>

/** Where a training is: part of every checkpoint. */
export interface LoopState<Record> {
  /** Optimiser steps done since the start, which is also the optimiser's step. */
  step: number
  /** Finished epochs. */
  epoch: number
  /** Examples of the epoch under way that are done (the commands' are images). */
  images: number
  /** Seconds spent in the epoch under way. */
  seconds: number
  /** Wall time of the training loop since the start, over every part of a run that was stopped and resumed. */
  elapsed: number
  /** Finished epochs' records. */
  history: Record[]
}
