// From the options a caller gives (command line, library, config.json) to a checked TrainConfig. The defaults are written here and
// nowhere else. Reads no file: what depends on the pictures (their size, how many there are) is settled by `completeConfig`.
import type { BadImagePolicy, Dataset, ImageSize } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { absolutePath, availableThreads } from '../host.js'
import { leastSide, lossNames, type LossName } from '../models/loss-names.js'
import type { Heads, ModelKind } from '../models/spec.js'
import { show } from '../quote.js'
import {
  flag,
  fraction,
  imageSize,
  nullable,
  oneOf,
  path,
  pictureSide,
  real,
  whole,
  type Check,
} from './option-checks.js'
import { bottleneck, presets } from './presets.js'
import type { PresetName, ScheduleName, TrainConfig } from './types.js'

/** Everything `train` can be told about the training itself; what is left out takes the default of the report. */
export interface TrainOptions {
  /** `ae` (default) or `vae`. */
  readonly model?: ModelKind | undefined
  /** Geometry of every layer; by default the report's best for the model: AE 3, 1, 1; VAE 5, 1, 2; with `latent` 4, 2, 2. */
  readonly kernel?: number | undefined
  /** Of every layer. */
  readonly stride?: number | undefined
  /** Zeros at each edge, of every layer. */
  readonly padding?: number | undefined
  /**
   * A VAE of our own: so many numbers are the latent of the whole picture, and each reaches every pixel, so that draws from N(0, I) can be
   * arranged; 0 by default: the latent is a map, as in the report. Heads are linear, and defaults are those of `bottleneck` (presets.ts).
   */
  readonly latent?: number | undefined
  /** 500 by default. */
  readonly epochs?: number | undefined
  /** Images per optimiser step; 164 by default. */
  readonly batch?: number | undefined
  /** Adam's learning rate; 1e-3 by default. */
  readonly lr?: number | undefined
  /** Reconstruction loss; `mse` by default. What each is: models/losses.ts. */
  readonly loss?: LossName | undefined
  /** VAE: weight of the KL divergence in the loss; 1 by default. */
  readonly klWeight?: number | undefined
  /** VAE: what follows the heads. `relu` (default, as in the report), or `linear`: nothing, with the log variance held within +-10. */
  readonly heads?: Heads | undefined
  /**
   * VAE: the KL weight grows linearly from 0 over so many epochs (Bowman et al., "Generating sentences from a continuous space", arXiv 1511.06349;
   * linear as in Sonderby et al., "Ladder variational autoencoders", arXiv 1602.02282); 0 by default: it does not.
   */
  readonly klWarmup?: number | undefined
  /**
   * VAE: nats of KL divergence that each latent element of an image may have without cost, max(freeBits, KL_j) (Kingma et al., arXiv 1606.04934);
   * 0 by default.
   */
  readonly freeBits?: number | undefined
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
  /** Not the report's best, but one of its geometries whose maps are small enough for a bottleneck. */
  bottleneck: { kernel: 4, stride: 2, padding: 2 },
} as const

/** Defaults that depend on nothing else; those of a preset are in presets.ts. */
export const defaults = {
  ...presets.report.ae,
  preset: 'report',
  model: 'ae',
  loss: 'mse',
  latent: 0,
  seed: 0,
  onBadImage: 'fail',
  shuffle: true,
} as const

const geometryCure = 'The report tries kernel, stride, padding 3 1 1, 5 1 2, 7 1 3, 9 1 4, 4 2 2 and 6 2 3.'

const checks = {
  model: oneOf<ModelKind>(['ae', 'vae']),
  kernel: whole(1, 255, geometryCure),
  stride: whole(1, 255, geometryCure),
  padding: whole(0, 255, geometryCure),
  latent: whole(0, 4096, "For example 64; 0, the default, is the report's latent map."),
  epochs: whole(1, 1_000_000, 'The report trains for 500.'),
  batch: whole(1, 1_000_000, 'The report uses 164.'),
  lr: real(0, false, 'The report uses 0.001.'),
  loss: oneOf(lossNames),
  klWeight: real(0, true, 'The default is 1.'),
  heads: oneOf<Heads>(['relu', 'linear']),
  klWarmup: whole(0, 1_000_000, 'In epochs; 0, the default, is none.'),
  freeBits: real(0, true, 'In nats; 0, the default, is none.'),
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
  const latent = given('latent', defaults.latent)
  const model = given('model', latent > 0 ? 'vae' : defaults.model)
  const isBottleneck = latent > 0 && model === 'vae'
  const best = bestGeometry[isBottleneck ? 'bottleneck' : model]
  const preset = given('preset', defaults.preset)
  const usual = { loss: defaults.loss, ...presets[preset][model], ...(isBottleneck && bottleneck) }
  const absolute = (file: string | null) => (file === null ? null : absolutePath(file))
  const settings = {
    model,
    kernel: given('kernel', best.kernel),
    stride: given('stride', best.stride),
    padding: given('padding', best.padding),
    latent,
    epochs: given('epochs', usual.epochs),
    batch: given('batch', usual.batch),
    lr: given('lr', usual.lr),
    loss: given('loss', usual.loss),
    klWeight: given('klWeight', usual.klWeight),
    heads: given('heads', usual.heads),
    klWarmup: given('klWarmup', usual.klWarmup),
    freeBits: given('freeBits', usual.freeBits),
    seed: given('seed', defaults.seed),
    threads: given('threads', availableThreads()),
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

/** @throws INPUT when the loss is not one of this model's, or of pictures so small */
function checkLoss(
  { loss, model }: Pick<TrainConfig, 'loss' | 'model'>,
  height: number,
  width: number,
  name: OptionNamer,
): void {
  if (loss === 'sigma' && model !== 'vae')
    throw inputError(`${name('loss')}: found sigma, which weighs a VAE's two terms, with an autoencoder. Take mse.`)
  const least = leastSide(loss)
  if (Math.min(height, width) < least)
    throw inputError(
      `${name('loss')}: found ${loss} with pictures of ${height}x${width}, wanted sides of ${least} or more. Take larger pictures, or mse.`,
    )
}

/**
 * The configuration of a run, now that its pictures are known.
 * @throws INPUT when `limit` asks for more pictures than there are, a picture is smaller than the metrics' window or than its loss needs, or
 * two options do not go together.
 */
export function completeConfig(
  { settings }: ResolvedOptions,
  dataset: Pick<Dataset, 'source' | 'count' | 'height' | 'width'>,
  name: OptionNamer = key => key,
): TrainConfig {
  const { source, count, height, width } = dataset
  pictureSide(height, `${source}: height`)
  pictureSide(width, `${source}: width`)
  checkLoss(settings, height, width, name)
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
