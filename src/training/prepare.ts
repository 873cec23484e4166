// What stands before a training: the options of a new run read and checked, its images and initial weights in memory. Nothing is written
// here. A run that goes on is prepared by resume.ts, into the same record.
import type { DataHooks, Dataset } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { EyesWasmError, inputError } from '../errors.js'
import { readWeightsFile, weightsSha256 } from '../formats/pytorch.js'
import { checkSpec, layerSpecs, parameterSpecs } from '../models/geometry.js'
import type { ModelSpec } from '../models/spec.js'
import { arithmeticOf } from './arithmetic.js'
import { specOf, trainedImages, type RunIdentity } from './checkpoint.js'
import {
  checkMonitor,
  controlNames,
  resolveControl,
  type Control,
  type ControlOptions,
  type ControlRecord,
} from './control.js'
import { lockFile } from './lock.js'
import { completeConfig, resolveOptions, type OptionNamer, type ResolvedOptions, type TrainOptions } from './options.js'
import { presetKeys } from './presets.js'
import { readRunConfig, type ReadRunConfig } from './run-config.js'
import type { Place, Snapshot } from './state.js'
import { checkVacant } from './storage.js'
import type { Callback, TrainConfig } from './types.js'

export interface RunOptions extends TrainOptions, ControlOptions {
  /** config.json of an earlier run: exactly that run again, where the other options do not say otherwise. */
  readonly config?: string | undefined
  /** Run folder, new or empty; left out: none is written. */
  readonly out?: string | undefined
  /**
   * Run folder of a stopped or finished run, which goes on in it to the last bit as if it had never stopped. Options that would change its
   * result are refused; `epochs`, `threads` and those of `ControlOptions` may be others, and `data` another place of the same images.
   */
  readonly resume?: string | undefined
  /** Called after each step and epoch, in list order; they may end the run. */
  readonly callbacks?: readonly Callback[] | undefined
  /** Ends the training after the step under way; the run is saved, to be resumed, and not measured. */
  readonly signal?: AbortSignal | undefined
}

/** What the command line adds to a run. */
export interface RunHooks extends DataHooks {
  /** How messages name an option. */
  readonly name?: OptionNamer
  /** Makes a numbered folder under this one where `out` is left out. */
  readonly folders?: string
  /** Reads the images; `loadDataset` unless runs over the same images share them in memory. */
  readonly images?: typeof loadDataset
  /** Everything is checked; workers start next. The callback returned is called after all others. */
  readonly onReady?: (config: TrainConfig, dataset: Dataset, spec: ModelSpec) => Callback
  /** A run goes on after this place. */
  readonly onResume?: (place: Place) => void
  /** Something that is not as it should be, but was got over: a sentence. */
  readonly onNotice?: (text: string) => void
  /** Training is over; measuring starts. */
  readonly onMeasure?: () => void
}

export interface Prepared {
  readonly identity: RunIdentity
  readonly control: Control
  readonly dataset: Dataset
  /** Initial weights, where to go on, or undefined for seeded weights. */
  readonly from: Float32Array | Snapshot | undefined
}

/** Images of the largest step: a batch beyond the images there are is one step an epoch. */
export const stepImages = ({ config, imageCount }: Pick<RunIdentity, 'config' | 'imageCount'>) =>
  Math.min(config.batch, imageCount)

/** @throws ABORTED when the signal has been raised. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new EyesWasmError('ABORTED', 'stopped before training began. Nothing was written.', { cause: signal.reason })
}

const ownKeys: readonly string[] = ['config', 'out', 'resume', 'callbacks', 'signal', ...controlNames]

/** What is left of a run's options without the run's own; nothing that is undefined. */
export function trainOptionsOf(options: RunOptions): TrainOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([key, value]) => !ownKeys.includes(key) && value !== undefined),
  )
}

/** How to watch the run: as said now, else as the earlier run had it. */
export function controlOf(options: RunOptions, earlier: ControlRecord, name: OptionNamer): Control {
  const said: ControlOptions = Object.fromEntries(
    controlNames.flatMap(key => (options[key] === undefined ? [] : [[key, options[key]]])),
  )
  return resolveControl({ ...earlier, ...said }, name)
}

/**
 * The earlier run's options under the given ones. Pictures named anew come in a size of their own; a preset named anew takes the place of what
 * the earlier run had of those options.
 */
function mergeOptions(earlier: ReadRunConfig | null, given: TrainOptions): TrainOptions {
  if (earlier === null) return given
  const size = given.data === undefined ? earlier.options.size : undefined
  const isKept = (key: string) => given.preset === undefined || !presetKeys.includes(key)
  const kept = Object.fromEntries(Object.entries(earlier.options).filter(([key]) => isKept(key)))
  return { ...kept, size, ...given }
}

function checkUnchanged(file: string, found: string | null, wanted: string | null, option: string): void {
  if (found === wanted) return
  throw inputError(
    `${file}: SHA-256 is ${found}, the earlier run had ${wanted}. Give ${option} to train with what is there now.`,
  )
}

/** The weights to start from, as a flat vector. @throws INPUT where they do not fit the model */
async function readInitial({ settings }: ResolvedOptions) {
  if (settings.init === null) return { initial: undefined, initSha256: null }
  const { model: kind, kernel, stride, padding, heads, latent } = settings
  const { spec, parameters } = await readWeightsFile(settings.init, { kind, kernel, stride, padding, heads, latent })
  return { initial: parameters, initSha256: weightsSha256(parameters, parameterSpecs(layerSpecs(spec))) }
}

/** Reads and checks all input of a new run. */
export async function prepare(
  options: RunOptions,
  { name = key => key, images = loadDataset, onData, onSkip }: RunHooks,
): Promise<Prepared> {
  const { out, config: earlierPath, signal } = options
  const given = trainOptionsOf(options)
  const earlier = earlierPath === undefined ? null : await readRunConfig(earlierPath)
  const resolved = resolveOptions(mergeOptions(earlier, given), name)
  const control = controlOf(options, earlier?.control ?? {}, name)
  if (out !== undefined) await checkVacant(out, name('out'), [lockFile])
  const { settings, size } = resolved
  if (size !== null) checkSpec(specOf({ ...settings, ...size }))
  const { initial, initSha256 } = await readInitial(resolved)
  if (earlier !== null && given.init === undefined)
    checkUnchanged(`${settings.init}`, initSha256, earlier.initSha256, name('init'))
  throwIfAborted(signal)
  const dataset = await images(settings.data, {
    size: size ?? undefined,
    onBadImage: settings.onBadImage,
    onProgress: onData,
    onSkip,
    signal,
  })
  if (earlier !== null && given.data === undefined && given.size === undefined)
    checkUnchanged(dataset.source, dataset.sha256, earlier.dataSha256, name('data'))
  const config = completeConfig(resolved, dataset, name)
  checkMonitor(control, config, name)
  checkSpec(specOf(config))
  throwIfAborted(signal)
  const imageCount = trainedImages(dataset.count, config)
  const arithmetic = await arithmeticOf(specOf(config), stepImages({ config, imageCount }))
  const identity = { config, imageCount, dataSha256: dataset.sha256, initSha256, arithmetic }
  return { identity, control, dataset, from: initial }
}
