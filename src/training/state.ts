// The trainer's state as one plain record: with the parameters and Adam's moments (in shared memory while training), everything
// that the rest of a run depends on. A snapshot is a copy of all of it at a step boundary; checkpoint.ts makes a file of one.
import type { LoopState } from '../parallel/loop-state.js'
import type { EpochRecord } from './types.js'

export interface TrainerState extends LoopState<EpochRecord> {
  /** Sums over the images of the epoch under way that are done. */
  loss: number
  mse: number
  kl: number
}

/** A run between two steps, shared with nothing: what a checkpoint holds and what a training can go on from. */
export interface Snapshot {
  readonly state: TrainerState
  /** All parameters and Adam's moments, our layout: [parameterCount] each. */
  readonly parameters: Float32Array
  readonly firstMoment: Float32Array
  readonly secondMoment: Float32Array
  /** The weights' average, where the run keeps one. */
  readonly average?: Float32Array
}

/** The weights that a run saves as its model: their average where it keeps one. */
export const modelWeights = ({ parameters, average }: Pick<Snapshot, 'parameters' | 'average'>) => average ?? parameters

export const initialState = (): TrainerState => ({
  step: 0,
  epoch: 0,
  images: 0,
  loss: 0,
  mse: 0,
  kl: 0,
  seconds: 0,
  elapsed: 0,
  history: [],
})

/** A copy: epoch records are never written to, so the list alone is new. */
export const copyState = (state: TrainerState): TrainerState => ({ ...state, history: [...state.history] })

/** Where a run is, for people: epochs and steps counted from 1, `step` steps of `epoch` done. */
export interface Place {
  /** The epoch under way; between two epochs, the one that is over. */
  readonly epoch: number
  /** Steps of it that are done; between two epochs, all of them. */
  readonly step: number
  readonly stepsPerEpoch: number
}

export function placeOf({ epoch, images }: TrainerState, imageCount: number, batch: number): Place {
  const stepsPerEpoch = Math.ceil(imageCount / batch)
  if (images === 0) return { epoch, step: epoch === 0 ? 0 : stepsPerEpoch, stepsPerEpoch }
  return { epoch: epoch + 1, step: Math.ceil(images / batch), stepsPerEpoch }
}
