// The trainer's state as one plain record: with the parameters and Adam's moments (in shared memory while training), everything
// that the rest of a run depends on.
import type { EpochRecord } from './types.js'

export interface TrainerState {
  /** Optimiser steps done since the start, which is also Adam's step. */
  step: number
  /** Finished epochs. */
  epoch: number
  /** Images of the epoch under way that are done, and sums over them. */
  images: number
  loss: number
  mse: number
  kl: number
  /** Seconds spent in the epoch under way. */
  seconds: number
  history: EpochRecord[]
}

export const initialState = (): TrainerState => ({
  step: 0,
  epoch: 0,
  images: 0,
  loss: 0,
  mse: 0,
  kl: 0,
  seconds: 0,
  history: [],
})
