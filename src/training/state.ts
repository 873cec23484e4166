// The trainer's state as one plain record: with the parameters and Adam's moments (in shared memory while training), everything
// that the rest of a run depends on. A snapshot is a copy of all of it at a step boundary; checkpoint.ts makes a file of one.
import type { LoopState } from '../parallel/rules.js'
import type { EpochRecord } from './types.js'

/** Where a training is: with weights and moments, all that the rest of it depends on. */
export interface TrainerState extends LoopState<EpochRecord> {
  /** Sum of what is minimised, over the images of the epoch under way that are done. */
  loss: number
  /** Sum of the mean squared errors. */
  mse: number
  /** Sum of the KL divergences. */
  kl: number
}

/** A run between two steps, shared with nothing: what a checkpoint holds and what a training can go on from. */
export interface Snapshot {
  /** Where the run is, and its history. */
  readonly state: TrainerState
  /** All parameters and Adam's moments, our layout: [parameterCount] each. */
  readonly parameters: Float32Array
  /** Adam's first moment, as `parameters` has it. */
  readonly firstMoment: Float32Array
  /** Adam's second moment, as `parameters` has it. */
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
  /** Steps of a whole epoch. */
  readonly stepsPerEpoch: number
}

export function placeOf({ epoch, images }: TrainerState, imageCount: number, batch: number): Place {
  const stepsPerEpoch = Math.ceil(imageCount / batch)
  if (images === 0) return { epoch, step: epoch === 0 ? 0 : stepsPerEpoch, stepsPerEpoch }
  return { epoch: epoch + 1, step: Math.ceil(images / batch), stepsPerEpoch }
}
