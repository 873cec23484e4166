// From the options a caller gives (command line, library, config.json) to a checked TrainConfig. The defaults are written here and
// nowhere else. Reads no file: what depends on the pictures (their size, how many there are) is settled by `completeConfig`.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { BadImagePolicy, Dataset, ImageSize } from '../data/dataset.js'
import { inputError } from '../errors.js'
import type { ModelKind } from '../models/spec.js'
import { show } from '../quote.js'
import { presets } from './presets.js'
import type { LossName, PresetName, ScheduleName, TrainConfig } from './types.js'

/** Everything `train` can be told about the training itself; what is left out takes the default of the report. */
export interface TrainOptions {
  /** `ae` (default) or `vae`. */
  readonly model?: ModelKind | undefined
  /** Geometry of every layer; by default the report's best for the model: AE 3, 1, 1; VAE 5, 1, 2. */
  readonly kernel?: number | undefined
  readonly stride?: number | undefined
  readonly padding?: number | undefined
  /** 500 by default. */
  readonly epochs?: number | undefined
  /** Images per optimiser step; 164 by default. */
  readonly batch?: number | undefined
  /** Adam's learning rate; 1e-3 by default. */
  readonly lr?: number | undefined
  /** Reconstruction loss; `mse` by default. */
  readonly loss?: LossName | undefined
  /** VAE: weight of the KL divergence in the loss; 1 by default. */
  readonly klWeight?: number | undefined
  /** Start of every random stream (initial weights, batch order, noise); 0 by default. */
  readonly seed?: number | undefined
  /** Worker threads; one a core by default. The weights do not depend on it. */
  readonly threads?: number | undefined
  /** `.npy` file, folder with `data.npy`, or folder of images; null or left out: generated eyes. */
  readonly data?: string | null | undefined
  /** A folder's image that cannot be used: `fail` (default), or `skip` it. */
  readonly onBadImage?: BadImagePolicy | undefined
  /** Size that images are stretched to: a number (square) or height and width. */
  readonly size?: number | ImageSize | undefined
  /** Train on the first `limit` images only. */
  readonly limit?: number | null | undefined
  /** Weights file to start from. */
  readonly init?: string | null | undefined
  /** Draw a new order of the images each epoch; true by default. */
  readonly shuffle?: boolean | undefined
  /** Whose defaults to take: the `report`'s (default), or our own `best` recipe. */
  readonly preset?: PresetName | undefined
  /** Course of the learning rate: `constant` (default), `cosine`, `one-cycle` or `plateau`. */
  readonly lrSchedule?: ScheduleName | undefined
  /** Epochs in which the learning rate rises to `lr`; 0 by default. */
  readonly lrWarmup?: number | undefined
  /** Learning rate at the schedule's end, or the least one; 0 by default. */
  readonly lrMin?: number | undefined
  /** Largest L2 norm of a step's gradient, which is scaled down to it; 0 (default): any. */
  readonly clipNorm?: number | undefined
  /**
   * Decay a step of an average of the weights, 0 to below 1; 0 (default): none is kept. With one, the average is what the run saves as its
   * model and measures; checkpoints have the weights too.
   */
  readonly ema?: number | undefined
  /** Mirror the images that are trained on, each with probability 1/2; false by default. */
  readonly flip?: boolean | undefined
  /** Shift the images that are trained on by up to so many pixels in x and in y, repeating their edges; 0 by default. */
  readonly shift?: number | undefined
  /** Share of the images (after `limit`) that is held out and measured beside the others, drawn by the seed in each class; 0 by default. */
  readonly valSplit?: number | undefined
}

/** Checked options with every default in place; the picture size is open until the pictures are there. */
export interface ResolvedOptions {
  readonly settings: Omit<TrainConfig, 'height' | 'width'>
  /** Size asked for; null = the source's own. */
  readonly size: ImageSize | null
}

/** How a message names an option: `--kl-weight` on the command line, `klWeight` in the library. */
export type OptionNamer = (key: string) => string

/** The report's best geometry of each model (its Tables 3 and 6). */
export const bestGeometry = {
  ae: { kernel: 3, stride: 1, padding: 1 },
  vae: { kernel: 5, stride: 1, padding: 2 },
} as const

/** Defaults that depend on nothing else; those of a preset are in presets.ts. */
export const defaults = {
  ...presets.report.ae,
  preset: 'report',
  model: 'ae',
  loss: 'mse',
  seed: 0,
  onBadImage: 'fail',
  shuffle: true,
} as const

/** The metrics' window has to fit into a picture; the upper limit keeps one picture's activations in 32-bit addresses. */
const sideRange = [11, 2048] as const

type Check<T> = (value: unknown, who: string) => T

/** A check for whole numbers in a range; used for the flags of other commands too. */
export const whole =
  (low: number, high: number, cure: string): Check<number> =>
  (value, who) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) return value
    throw inputError(`${who}: found ${show(value)}, wanted a whole number from ${low} to ${high}. ${cure}`)
  }

/** A number of `low` or more, or above it. */
export const real =
  (low: number, inclusive: boolean, cure: string): Check<number> =>
  (value, who) => {
    const fits = typeof value === 'number' && Number.isFinite(value) && (inclusive ? value >= low : value > low)
    if (fits) return value
    const wanted = inclusive ? `a number of at least ${low}` : `a number above ${low}`
    throw inputError(`${who}: found ${show(value)}, wanted ${wanted}. ${cure}`)
  }

/** A number from 0 to below 1. */
export const fraction =
  (cure: string): Check<number> =>
  (value, who) => {
    if (typeof value === 'number' && value >= 0 && value < 1) return value
    throw inputError(`${who}: found ${show(value)}, wanted a number from 0 to below 1. ${cure}`)
  }

/** One of some words. */
export const oneOf =
  <T extends string>(values: readonly T[]): Check<T> =>
  (value, who) => {
    const found = values.find(candidate => candidate === value)
    if (found !== undefined) return found
    throw inputError(`${who}: found ${show(value)}, wanted ${values.join(' or ')}. For example ${who} ${values[0]!}.`)
  }

const path: Check<string> = (value, who) => {
  if (typeof value === 'string' && value !== '') return value
  throw inputError(`${who}: found ${show(value)}, wanted a path. Give the name of a file or a folder.`)
}

const flag: Check<boolean> = (value, who) => {
  if (typeof value === 'boolean') return value
  throw inputError(`${who}: found ${show(value)}, wanted true or false.`)
}

const side = whole(...sideRange, 'The 11x11 window of SSIM has to fit; the report uses 50.')

const imageSize: Check<ImageSize> = (value, who) => {
  if (typeof value === 'number') return { height: side(value, who), width: side(value, who) }
  if (typeof value === 'object' && value !== null && 'height' in value && 'width' in value)
    return { height: side(value.height, who), width: side(value.width, who) }
  throw inputError(`${who}: found ${show(value)}, wanted a number or { height, width }. For example 50.`)
}

const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, who) =>
    value === null ? null : check(value, who)

const geometryCure = 'The report tries kernel, stride, padding 3 1 1, 5 1 2, 7 1 3, 9 1 4, 4 2 2 and 6 2 3.'

const checks = {
  model: oneOf<ModelKind>(['ae', 'vae']),
  kernel: whole(1, 255, geometryCure),
  stride: whole(1, 255, geometryCure),
  padding: whole(0, 255, geometryCure),
  epochs: whole(1, 1_000_000, 'The report trains for 500.'),
  batch: whole(1, 1_000_000, 'The report uses 164.'),
  lr: real(0, false, 'The report uses 0.001.'),
  loss: oneOf<LossName>(['mse', 'l1']),
  klWeight: real(0, true, 'The default is 1.'),
  seed: whole(0, Number.MAX_SAFE_INTEGER, 'The default is 0.'),
  threads: whole(1, 1024, 'Leave it out to use every core.'),
  data: nullable(path),
  onBadImage: oneOf<BadImagePolicy>(['fail', 'skip']),
  size: imageSize,
  limit: nullable(whole(1, Number.MAX_SAFE_INTEGER, 'Leave it out to train on every image.')),
  init: nullable(path),
  shuffle: flag,
  preset: oneOf<PresetName>(['report', 'best']),
  lrSchedule: oneOf<ScheduleName>(['constant', 'cosine', 'one-cycle', 'plateau']),
  lrWarmup: whole(0, 1_000_000, 'The default is 0.'),
  lrMin: real(0, true, 'The default is 0.'),
  clipNorm: real(0, true, '0 leaves every gradient as it is.'),
  ema: fraction('For example 0.999; 0 keeps no average.'),
  flip: flag,
  shift: whole(0, 1024, 'For example 2; 0 leaves images where they are.'),
  valSplit: fraction('For example 0.1; 0 holds nothing out.'),
} satisfies Record<keyof TrainOptions, Check<unknown>>

const isOptionName = (key: string): key is keyof TrainOptions => Object.hasOwn(checks, key)

/** Names of all options, in the order of their declaration. */
export const optionNames: readonly (keyof TrainOptions)[] = Object.keys(checks).filter(isOptionName)

/**
 * Checks every option that is given and fills in the defaults. Paths become absolute, so that a config.json means the same from
 * every folder.
 * @throws INPUT for an unknown option or a value outside its range; the message names the option as `name` does.
 */
export function resolveOptions(options: TrainOptions, name: OptionNamer = key => key): ResolvedOptions {
  const unknown = Object.keys(options).find(key => !isOptionName(key))
  if (unknown !== undefined)
    throw inputError(
      `${name(show(unknown).slice(1, -1))}: no such option, wanted one of ${optionNames.join(', ')}. Check the spelling.`,
    )
  const given = <K extends keyof typeof checks, D>(key: K, fallback: D) =>
    options[key] === undefined ? fallback : (checks[key](options[key], name(key)) as ReturnType<(typeof checks)[K]>)
  const model = given('model', defaults.model)
  const best = bestGeometry[model]
  const preset = given('preset', defaults.preset)
  const usual = presets[preset][model]
  const absolute = (file: string | null) => (file === null ? null : resolve(file))
  const settings = {
    model,
    kernel: given('kernel', best.kernel),
    stride: given('stride', best.stride),
    padding: given('padding', best.padding),
    epochs: given('epochs', usual.epochs),
    batch: given('batch', usual.batch),
    lr: given('lr', usual.lr),
    loss: given('loss', defaults.loss),
    klWeight: given('klWeight', usual.klWeight),
    seed: given('seed', defaults.seed),
    threads: given('threads', availableParallelism()),
    data: absolute(given('data', null)),
    onBadImage: given('onBadImage', defaults.onBadImage),
    limit: given('limit', null),
    init: absolute(given('init', null)),
    shuffle: given('shuffle', defaults.shuffle),
    preset,
    lrSchedule: given('lrSchedule', usual.lrSchedule),
    lrWarmup: given('lrWarmup', usual.lrWarmup),
    lrMin: given('lrMin', usual.lrMin),
    clipNorm: given('clipNorm', usual.clipNorm),
    ema: given('ema', usual.ema),
    flip: given('flip', usual.flip),
    shift: given('shift', usual.shift),
    valSplit: given('valSplit', usual.valSplit),
  }
  return { settings, size: given('size', null) }
}

/**
 * The configuration of a run, now that its pictures are known.
 * @throws INPUT when `limit` asks for more pictures than there are, a picture is smaller than the metrics' window, or two options do not go
 * together.
 */
export function completeConfig(
  { settings }: ResolvedOptions,
  dataset: Pick<Dataset, 'source' | 'count' | 'height' | 'width'>,
  name: OptionNamer = key => key,
): TrainConfig {
  const { source, count, height, width } = dataset
  side(height, `${source}: height`)
  side(width, `${source}: width`)
  if (settings.limit !== null && settings.limit > count)
    throw inputError(
      `${name('limit')}: found ${settings.limit}, but ${source} has ${count} images. Give ${count} or less, or leave it out.`,
    )
  checkTogether(settings, settings.limit ?? count, { height, width }, name)
  return { ...settings, height, width }
}

/** What no option alone shows. */
function checkTogether(
  { lr, lrMin, lrSchedule, shift, valSplit }: ResolvedOptions['settings'],
  images: number,
  { height, width }: ImageSize,
  name: OptionNamer,
): void {
  if (lrMin > 0 && lrSchedule === 'constant')
    throw inputError(
      `${name('lrMin')}: found ${lrMin} with ${name('lrSchedule')} constant, which has no least rate. Add for example ${name('lrSchedule')} cosine.`,
    )
  if (lrMin > lr)
    throw inputError(`${name('lrMin')}: found ${lrMin}, wanted at most ${name('lr')}, which is ${lr}. Lower it.`)
  if (shift >= Math.min(height, width))
    throw inputError(
      `${name('shift')}: found ${shift}, wanted less than the ${Math.min(height, width)} pixels of an image. For example 2.`,
    )
  if (valSplit > 0 && images < 2)
    throw inputError(
      `${name('valSplit')}: found ${valSplit} of ${images} image, wanted at least 2 images to hold one out. Give more, or leave it out.`,
    )
}

/** `50` or `48x64` (height x width) as a size. @throws INPUT for anything else, naming `who`. */
export function parseSize(text: string, who: string): ImageSize {
  const match = /^(\d{1,6})(?:x(\d{1,6}))?$/i.exec(text)
  if (!match) throw inputError(`${who}: found ${show(text)}, wanted N or HxW in pixels. For example 50 or 48x64.`)
  return imageSize({ height: Number(match[1]), width: Number(match[2] ?? match[1]) }, who)
}

/** Decimal text as a number. @throws INPUT for anything else (also for `Infinity`, `0x10` and the empty text), naming `who`. */
export function parseNumber(text: string, who: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  throw inputError(`${who}: found ${show(text)}, wanted a number. Write it in digits, like 12 or 1e-3.`)
}
