// What stands before a run goes on: its checkpoint and configuration read and compared with what is asked for now and with this
// installation. All that would change the result is refused by name. Sits beside prepare.ts, and makes the same record.
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { inputError } from '../errors.js'
import { printable, shorten } from '../quote.js'
import { version } from '../version.js'
import { arithmeticOf, type Arithmetic } from './arithmetic.js'
import {
  checkOwnFolder,
  loadCheckpoint,
  newestCheckpoint,
  noticeOf,
  type LoadedCheckpoint,
} from './checkpoint-folder.js'
import { specOf, trainedImages } from './checkpoint.js'
import { checkMonitor, isPatienceOver, type Control } from './control.js'
import { resolveOptions, type OptionNamer, type TrainOptions } from './options.js'
import { controlOf, stepImages, trainOptionsOf, type Prepared, type RunHooks, type RunOptions } from './prepare.js'
import { readRunConfig, type ReadRunConfig } from './run-config.js'
import { runFiles } from './run-folder.js'
import { dependsOnEpochs } from './schedules.js'
import type { TrainerState } from './state.js'
import type { TrainConfig } from './types.js'

/** A run as it was left, and what is wanted of it now; its images are not read yet. */
export interface FoundRun {
  readonly loaded: LoadedCheckpoint
  /** The run's options, with the epochs, threads and place of the images that are wanted now. */
  readonly config: TrainConfig
  readonly control: Control
  /** Whether there is nothing left to train. */
  readonly isTrained: boolean
}

const show = (value: string | number | boolean | null) => (value === null ? 'none' : printable(String(value)))
/** The head of a hash, or of whatever a stranger's file has in its place. */
const head = (value: string | number) => printable(String(value).slice(0, 12))

/** Refuses what cannot be said together with `resume`, and a path that is no run folder. */
export async function checkResume({ resume, out, config }: RunOptions, name: OptionNamer): Promise<string> {
  for (const [key, value] of [
    ['out', out],
    ['config', config],
  ] as const)
    if (value !== undefined)
      throw inputError(
        `${name(key)}: found ${value} together with ${name('resume')}, which goes on in the run's own folder by its own config.json. Leave one of them out.`,
      )
  const path = resume!
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
  if (isFolder) {
    // Before the folder is locked: in one that is no run's nothing is written.
    await readRunConfig(path)
    await checkOwnFolder(path)
    return path
  }
  throw inputError(`${name('resume')}: found ${path}, wanted the folder of a run. For example runs/ae-k3s1p1.`)
}

/** A run that was killed before its first checkpoint. Folders with weights but none are of a version that wrote no checkpoints. */
export async function isUnbegun(run: string): Promise<boolean> {
  const files = [runFiles.config, runFiles.weights, runFiles.summary].map(name => join(run, name))
  const isThere = await Promise.all(
    files.map(file =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  )
  return isThere.join() === 'true,false,false' && (await newestCheckpoint(run)) === null
}

/** What the run's config.json says. @throws INPUT for an option that is not the run's */
export async function checkUnbegun(
  run: string,
  options: RunOptions,
  { name = key => key }: RunHooks,
): Promise<ReadRunConfig> {
  const earlier = await readRunConfig(run)
  checkGiven(trainOptionsOf(options), earlier.config, name)
  return earlier
}

/** A run that begins again has the images and initial weights that it was given at first. @throws INPUT */
export function checkSameInput(
  { dataSha256, initSha256 }: ReadRunConfig,
  { identity, dataset }: Prepared,
  { name = key => key }: RunHooks,
): void {
  checkSameImages(dataset, dataSha256, name)
  if (identity.initSha256 !== initSha256)
    throw inputError(
      `${identity.config.init}: SHA-256 is ${identity.initSha256}, the run began with ${initSha256}. Put it back, or train a new run.`,
    )
}

function checkSameImages({ source, sha256 }: Dataset, wanted: string, name: OptionNamer): void {
  if (sha256 === wanted) return
  throw inputError(
    `${source}: SHA-256 is ${sha256}, the run was trained on ${wanted}. Put those images back, or name their place with ${name('data')}.`,
  )
}

/** Options whose change does not change what the steps so far have made. */
const changeable = ['epochs', 'threads', 'data', 'onBadImage', 'height', 'width'] as const
const isFixed = (key: string): key is Exclude<keyof TrainConfig, (typeof changeable)[number]> =>
  !changeable.some(free => free === key)

/** @throws INPUT naming the first option whose value is not the run's. */
function checkGiven(given: TrainOptions, config: TrainConfig, name: OptionNamer): void {
  const { settings, size } = resolveOptions(given, name)
  const refuse = (key: string, found: string | number | boolean | null, wanted: string | number | boolean | null) =>
    inputError(
      `${name(key)}: found ${show(found)}, the run was trained with ${show(wanted)}. Leave it out to go on, or train anew with --config.`,
    )
  for (const key of Object.keys(given)) {
    if (key in settings && isFixed(key) && settings[key] !== config[key]) throw refuse(key, settings[key], config[key])
  }
  if (size && (size.height !== config.height || size.width !== config.width))
    throw refuse('size', `${size.height}x${size.width}`, `${config.height}x${config.width}`)
}

/** config.json and the checkpoint tell of one run. */
function checkSameRun(run: string, config: TrainConfig, { checkpoint, path }: LoadedCheckpoint): void {
  for (const key of Object.keys(config) as (keyof TrainConfig)[]) {
    const isFree = ['epochs', 'threads', 'data', 'onBadImage'].includes(key)
    if (!isFree && config[key] !== checkpoint.config[key])
      throw inputError(
        `${join(run, 'config.json')}: ${key} is ${show(config[key])}, but ${path} was trained with ${show(checkpoint.config[key])}. Put back the config.json of this run.`,
      )
  }
}

function checkEpochs(epochs: number, { epoch, images }: TrainerState, name: OptionNamer): void {
  const begun = epoch + (images > 0 ? 1 : 0)
  if (epochs >= begun) return
  throw inputError(
    `${name('epochs')}: found ${epochs}, but the run is in epoch ${begun} already. Give ${begun} or more, or leave it out.`,
  )
}

/** The steps so far had the learning rates of a course to another end. @throws INPUT */
function checkSchedule(epochs: number, { lrSchedule, epochs: before }: TrainConfig, name: OptionNamer): void {
  if (epochs === before || !dependsOnEpochs(lrSchedule)) return
  throw inputError(
    `${name('epochs')}: found ${epochs}, but the run's ${name('lrSchedule')} ${lrSchedule} ends after ${before} epochs: its learning rates so far would have been others. Leave it out to go on, or train a new run from its weights with ${name('init')}.`,
  )
}

const words: Readonly<Record<'version' | keyof Arithmetic, string>> = {
  kernelsSha256: 'other kernels',
  microBatches: 'another cut of a batch',
  tapeImages: 'another cut of a micro-batch',
  algorithms: 'other algorithms of its layers',
  version: 'other code around its kernels',
}

/** This installation computes the same bits. */
async function checkArithmetic({ checkpoint, path }: LoadedCheckpoint): Promise<void> {
  const { arithmetic, config, writtenBy } = checkpoint
  const found = { version: writtenBy, ...arithmetic }
  const ours = { version, ...(await arithmeticOf(specOf(config), stepImages(checkpoint))) }
  const keys = Object.keys(words) as (keyof typeof words)[]
  const other = keys.find(key => ours[key] !== found[key])
  if (other === undefined) return
  throw inputError(
    `${path}: was made by eyes-wasm ${printable(shorten(writtenBy))} with ${words[other]} (${head(found[other])}), this is eyes-wasm ${version} (${head(ours[other])}): it would not go on to the same bits. Resume with that version, or train a new run from its weights with --init ${path}.`,
  )
}

/**
 * Reads what is in the folder and compares it with the options.
 * @throws INPUT for anything that would change the result, or a run that cannot be read
 */
export async function findRun(
  run: string,
  options: RunOptions,
  { name = key => key, onNotice }: RunHooks,
): Promise<FoundRun> {
  const earlier = await readRunConfig(run)
  const given = trainOptionsOf(options)
  checkGiven(given, earlier.config, name)
  const control = controlOf(options, earlier.control, name)
  const loaded = await loadCheckpoint(run)
  const notice = noticeOf(loaded)
  if (notice !== undefined) onNotice?.(notice)
  const { state } = loaded.checkpoint.snapshot
  checkSameRun(run, earlier.config, loaded)
  const { settings } = resolveOptions({ ...earlier.options, ...given }, name)
  checkEpochs(settings.epochs, state, name)
  checkSchedule(settings.epochs, loaded.checkpoint.config, name)
  checkMonitor(control, settings, name)
  await checkArithmetic(loaded)
  const { epochs, threads, data, onBadImage } = settings
  const config = { ...earlier.config, epochs, threads, data, onBadImage }
  const isTrained = state.epoch >= epochs || (state.images === 0 && isPatienceOver(state.history, control))
  return { loaded, config, control, isTrained }
}

/** Reads the run's images. @throws INPUT when they are not those it was trained on */
export async function prepareFound(
  { loaded: { checkpoint, path }, config, control }: FoundRun,
  { signal }: RunOptions,
  { name = key => key, images = loadDataset, onData, onSkip }: RunHooks,
): Promise<Prepared> {
  const dataset = await images(config.data, {
    size: { height: config.height, width: config.width },
    onBadImage: config.onBadImage,
    onProgress: onData,
    onSkip,
    signal,
  })
  const { dataSha256, imageCount, initSha256, arithmetic, snapshot } = checkpoint
  checkSameImages(dataset, dataSha256, name)
  // Of these very images: only a file that was made to harm says another number.
  if (imageCount !== trainedImages(dataset.count, config) || (config.limit ?? 0) > dataset.count)
    throw inputError(
      `${path}: images is ${imageCount}, but ${dataset.source} has ${dataset.count} and the limit is ${show(config.limit)}. Take an unchanged checkpoint.`,
    )
  return { identity: { config, imageCount, dataSha256, initSha256, arithmetic }, control, dataset, from: snapshot }
}
