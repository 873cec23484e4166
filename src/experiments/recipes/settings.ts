// From the catalogue to a sweep: for each model a baseline, which is the report's recipe made short, and every recipe alone beside it.
// Pure; the trainings are the sweep's.
import { inputError } from '../../errors.js'
import type { ModelKind } from '../../models/spec.js'
import { defaults, type OptionNamer, type TrainOptions } from '../../training/options.js'
import type { SweepSource } from '../sweep/read.js'
import { catalogue, type Baseline, type RecipeEntry } from './catalogue.js'

/** One line of the comparison. */
export interface RecipeSetting {
  readonly model: ModelKind
  /** null: the baseline. */
  readonly recipe: RecipeEntry | null
  /** What it changes in the baseline. */
  readonly changes: TrainOptions
}

/**
 * The report's recipe made short: as many steps an epoch as it has (9 = 1476 / 164), over so few images that every recipe can be tried. A
 * fifth is held out.
 */
export const shortened = { epochs: 15, batch: 20, limit: 205, valSplit: 0.2 } as const

/** kernel 3 for both: the VAE's best, 5, takes three times as long. */
const geometry = { kernel: 3, stride: 1, padding: 1 } as const

/** What all rows of a model share, with the caller's options in place of ours. */
export const baselineOptions = (model: ModelKind, given: TrainOptions): TrainOptions => ({
  model,
  ...geometry,
  ...shortened,
  ...given,
})

/** Baseline and recipes of each model, in the order of the table. */
export function recipeSettings(given: TrainOptions): RecipeSetting[] {
  const baseline: Baseline = {
    epochs: given.epochs ?? shortened.epochs,
    batch: given.batch ?? shortened.batch,
    lr: given.lr ?? defaults.lr,
  }
  return (['ae', 'vae'] as const).flatMap(model => [
    { model, recipe: null, changes: {} },
    ...catalogue
      .filter(({ models }) => models.includes(model))
      .map(recipe => ({ model, recipe, changes: recipe.options(baseline) })),
  ])
}

/** What the recipes themselves change, and could not be compared with if the baseline had it. */
const ownOptions: readonly (keyof TrainOptions)[] = [
  ...(['model', 'kernel', 'stride', 'padding', 'preset', 'loss', 'klWeight', 'heads', 'klWarmup', 'freeBits'] as const),
  ...(['lrSchedule', 'lrWarmup', 'lrMin', 'clipNorm', 'ema', 'flip', 'shift'] as const),
]

/** Options of a training that the comparison sets itself. */
export const isOwnOption = (key: string) => ownOptions.some(own => own === key)

/**
 * The comparison as a sweep; `given` replaces epochs, batch, lr, images and what else the baseline leaves open.
 * @throws INPUT for an option that the comparison sets itself, or when no image is held out
 */
export function recipesSweep(given: TrainOptions, name: OptionNamer = key => key): SweepSource {
  const own = Object.keys(given).find(key => isOwnOption(key) && given[key as keyof TrainOptions] !== undefined)
  if (own !== undefined)
    throw inputError(`${name(own)}: recipes sets it itself, wanted an option that it leaves alone. Leave it out.`)
  if (given.valSplit === 0)
    throw inputError(`${name('valSplit')}: found 0, wanted more: recipes are judged on held-out images. Leave it out.`)
  const cases = recipeSettings(given).map(({ model, recipe, changes }) => ({
    name: recipe?.name ?? 'baseline',
    model,
    ...geometry,
    ...changes,
  }))
  return { name: 'recipes', definition: { ...shortened, cases } }
}
