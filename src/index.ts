/**
 * The library's public names: training, measuring and using the report's autoencoder and VAE, and
 * `ParallelTrainer` for tfjs models of your own. The tfjs backend alone is `eyes-wasm/backend`.
 * @module eyes-wasm
 */
export { EyesWasmError, type ErrorCode } from './errors.js'
export type { BadImagePolicy, DataHooks, Dataset, ImageSize } from './data/dataset.js'
export type { Heads, ModelKind, ModelSpec } from './models/spec.js'
export type { PublishedQuality } from './report/published.js'
export {
  evaluate,
  type ApplyHooks as EvaluateHooks,
  type ApplyOptions as EvaluateOptions,
  type ModelSource,
  type QualityReport,
} from './training/apply.js'
export { load, type LoadedModel, type LoadOptions } from './training/load.js'
export type { ControlOptions, Monitor } from './training/control.js'
export type { TrainOptions } from './training/options.js'
export { train, type RunHooks, type RunOptions, type RunOutcome } from './training/run.js'
export type { Latents, TrainedModel } from './training/session.js'
export type { Place, Snapshot, TrainerState } from './training/state.js'
export type {
  Answer,
  Callback,
  EpochRecord,
  HeldOutSummary,
  ImagesQuality,
  LossName,
  PresetName,
  Quality,
  Recipe,
  ScheduleName,
  StepRecord,
  TrainConfig,
  TrainSummary,
  Verdict,
} from './training/types.js'
export { sharedArray } from './trainer/data.js'
export { adam, adamW, sgd, type AdamOptions, type AdamWOptions, type SgdOptions } from './trainer/optimizers.js'
export { progress, type ProgressOptions } from './trainer/progress.js'
export { ParallelTrainer } from './trainer/trainer.js'
export type {
  FitCallback,
  FitEpoch,
  FitOptions,
  FitResult,
  FitStart,
  FitStep,
  Measured,
  MeasureOptions,
  ModuleContext,
  Optimizer,
  SharedData,
  SharedTensor,
  TrainerOptions,
  VariableValues,
} from './trainer/types.js'
export { version } from './version.js'
export { enableRevectorization, vectorMode, type VectorMode } from './wasm/revectorize.js'
