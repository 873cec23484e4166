// Where a training is, as plain data: the part of every trainer's state that the loop (loop.ts) counts up. Apart from it, because users meet this type.

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
