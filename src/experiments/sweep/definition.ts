// What a sweep is: options that all its trials share, and axes along which they differ. Checks what a YAML file or a program says,
// strictly; presets.ts holds the report's own sweeps, expand.ts makes the trials. Reads no file.
import { inputError } from '../../errors.js'
import { quote, show as showValue } from '../../quote.js'
import { parseSize } from '../../training/option-checks.js'
import { optionNames, resolveOptions, type OptionNamer, type TrainOptions } from '../../training/options.js'
import { closest } from './suggest.js'

/** kernel, stride, padding, as the report writes them. */
export type Geometry = readonly [kernel: number, stride: number, padding: number]

export type OptionKey = keyof TrainOptions
/** What a sweep can vary: any option of a training, or kernel, stride and padding together. */
export type AxisKey = OptionKey | 'geometry'

/** Bounds of a number that a random sweep draws, both included; `log`: every factor is equally likely. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly scale: 'linear' | 'log'
}

export type Axis =
  { readonly key: AxisKey; readonly values: readonly unknown[] } | { readonly key: AxisKey; readonly range: Range }

/** A setting by name, for sweeps that compare things which no list of values spells: its options count before all others. */
export interface SweepCase {
  readonly name: string
  readonly options: TrainOptions
}

export interface SweepDefinition {
  /** For titles and the name of the folder: letters, digits, dot, dash and underscore. */
  readonly name: string
  /** `grid`: every combination, the first axis slowest. `random`: `trials` draws from the axes. */
  readonly method: 'grid' | 'random'
  readonly fixed: TrainOptions
  readonly axes: readonly Axis[]
  /** Each is tried with each point of the axes; empty: the points alone. */
  readonly cases: readonly SweepCase[]
  /** Draws of a random sweep; 1 for a grid. */
  readonly trials: number
  /** Start of a random sweep's own random numbers. */
  readonly drawSeed: number
  /** Each setting is trained with this many seeds, counted up from `seed`. */
  readonly seeds: number
}

/** Keys of a definition beside the options of `train`. */
const ownKeys = ['name', 'method', 'trials', 'drawSeed', 'seeds', 'geometry', 'cases'] as const
type OwnKey = (typeof ownKeys)[number]

const geometryKeys: readonly string[] = ['kernel', 'stride', 'padding']
const integerKeys: readonly AxisKey[] = [
  ...(['kernel', 'stride', 'padding', 'latent', 'epochs', 'batch', 'seed', 'threads', 'limit'] as const),
  ...(['klWarmup', 'lrWarmup', 'shift'] as const),
]
const realKeys: readonly AxisKey[] = ['lr', 'klWeight', 'freeBits', 'lrMin', 'clipNorm', 'ema', 'valSplit']

export const isIntegerKey = (key: AxisKey) => integerKeys.includes(key)

/** As the file spells it. */
const show = (value: unknown) =>
  value === undefined ? 'nothing' : typeof value === 'string' ? quote(value) : showValue(value)

/** More trials than this are a mistake in the file. */
const mostTrials = 10_000

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isOptionKey = (key: string): key is OptionKey => optionNames.some(name => name === key)
const isOwnKey = (key: string): key is OwnKey => ownKeys.some(name => name === key)

function refuseUnknown(who: string, key: string, known: readonly string[]): never {
  const near = closest(key, known)
  const cure = near === undefined ? 'Check the spelling.' : `Did you mean ${near}?`
  throw inputError(`${who}: unknown key ${showValue(key)}, wanted one of ${known.join(', ')}. ${cure}`)
}

function whole(value: unknown, low: number, high: number, who: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) return value
  throw inputError(`${who}: found ${show(value)}, wanted a whole number from ${low} to ${high}. For example ${low}.`)
}

/** One option's value, checked as `train` checks it; a size may also be written `48x64`. */
function optionValue(key: OptionKey, value: unknown, who: string): unknown {
  if (value === undefined) throw inputError(`${who}: has no value, wanted one. Give it, or leave the key out.`)
  const checked = key === 'size' && typeof value === 'string' ? parseSize(value, who) : value
  resolveOptions({ [key]: checked }, () => who)
  return checked
}

function geometryValue(value: unknown, who: string): Geometry {
  if (!Array.isArray(value) || value.length !== 3)
    throw inputError(`${who}: found ${show(value)}, wanted [kernel, stride, padding]. For example [3, 1, 1].`)
  const [kernel, stride, padding] = value as [number, number, number]
  resolveOptions({ kernel, stride, padding }, key => `${who} ${key}`)
  return [kernel, stride, padding]
}

const checkValue = (key: AxisKey, value: unknown, who: string) =>
  key === 'geometry' ? geometryValue(value, who) : optionValue(key, value, who)

function rangeAxis(key: AxisKey, found: Readonly<Record<string, unknown>>, who: string): Axis {
  if (!isIntegerKey(key) && !realKeys.includes(key))
    throw inputError(`${who}: found a range, wanted a list of values. Only numbers have ranges.`)
  const known = ['from', 'to', 'scale']
  const unknown = Object.keys(found).find(name => !known.includes(name))
  if (unknown !== undefined) refuseUnknown(who, unknown, known)
  const from = checkValue(key, found.from, `${who} from`) as number
  const to = checkValue(key, found.to, `${who} to`) as number
  const { scale = 'linear' } = found
  if (scale !== 'linear' && scale !== 'log')
    throw inputError(`${who} scale: found ${show(scale)}, wanted linear or log. For example log.`)
  if (from > to || (scale === 'log' && from <= 0))
    throw inputError(
      `${who}: found from ${from} to ${to}, wanted ${scale === 'log' ? '0 < from <= to' : 'from <= to'}. Swap or change them.`,
    )
  return { key, range: { from, to, scale } }
}

/** A list is an axis, a range too (random sweeps), anything else a value that all trials share. */
function readAxis(key: AxisKey, value: unknown, isRandom: boolean, who: string): Axis | undefined {
  if (key !== 'geometry' && isObject(value) && ('from' in value || 'to' in value)) {
    if (!isRandom)
      throw inputError(`${who}: found a range, wanted a list of values. Ranges are drawn from: add method: random.`)
    return rangeAxis(key, value, who)
  }
  if (!Array.isArray(value)) return undefined
  if (value.length === 0) throw inputError(`${who}: is an empty list, wanted at least one value. Give one.`)
  // One geometry alone may stand without the outer brackets.
  const isOneGeometry = key === 'geometry' && value.every(part => !Array.isArray(part))
  const values: readonly unknown[] = isOneGeometry ? [value] : value
  return { key, values: values.map((entry, index) => checkValue(key, entry, `${who}[${index}]`)) }
}

function readMethod(value: unknown, who: string): 'grid' | 'random' {
  if (value === undefined) return 'grid'
  if (value === 'grid' || value === 'random') return value
  throw inputError(`${who}: method is ${show(value)}, wanted grid or random. For example method: random.`)
}

function readName(value: unknown, fallback: string, who: string): string {
  const name = value ?? fallback
  if (typeof name === 'string' && /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return name
  throw inputError(
    `${who}: name is ${show(name)}, wanted up to 64 letters, digits, dots, dashes and underscores. For example name: kernels.`,
  )
}

/** Fixed options and axes, in the order of the file. */
function readOptions(found: Readonly<Record<string, unknown>>, isRandom: boolean, who: string) {
  const fixed: Record<string, unknown> = {}
  const axes: Axis[] = []
  for (const [key, value] of Object.entries(found)) {
    if (key !== 'geometry' && !isOptionKey(key)) continue
    const axis = readAxis(key, value, isRandom, `${who}: ${key}`)
    if (axis !== undefined) axes.push(axis)
    else if (key === 'geometry') geometryValue(value, `${who}: ${key}`)
    else fixed[key] = optionValue(key, value, `${who}: ${key}`)
  }
  const single = Object.keys(found).find(key => geometryKeys.includes(key))
  if (axes.some(({ key }) => key === 'geometry') && single !== undefined)
    throw inputError(`${who}: found geometry and ${single}, wanted one of them. geometry is [kernel, stride, padding].`)
  return { fixed: fixed as TrainOptions, axes }
}

/** One of `cases`: its name, and options of a training. */
function readCase(value: unknown, who: string): SweepCase {
  if (!isObject(value))
    throw inputError(
      `${who}: found ${show(value)}, wanted a name and options. For example {name: cosine, lrSchedule: cosine}.`,
    )
  const { name, ...options } = value
  if (typeof name !== 'string' || name.trim() === '' || name.length > 80)
    throw inputError(`${who}: name is ${show(name)}, wanted up to 80 characters. For example name: cosine.`)
  const unknown = Object.keys(options).find(key => !isOptionKey(key))
  if (unknown !== undefined) refuseUnknown(who, unknown, ['name', ...optionNames])
  const checked = Object.entries(options).map(([key, found]) => [
    key,
    optionValue(key as OptionKey, found, `${who}: ${key}`),
  ])
  return { name, options: Object.fromEntries(checked) as TrainOptions }
}

function readCases(value: unknown, who: string): SweepCase[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length === 0)
    throw inputError(`${who}: found ${show(value)}, wanted a list. For example [{name: cosine, lrSchedule: cosine}].`)
  const cases = value.map((entry, index) => readCase(entry, `${who}[${index}]`))
  const isSame = (a: SweepCase, b: SweepCase) => a.name === b.name && a.options.model === b.options.model
  const twice = cases.find((own, index) => cases.findIndex(other => isSame(own, other)) < index)
  if (twice !== undefined)
    throw inputError(`${who}: found the name ${show(twice.name)} twice, wanted different names. Change one.`)
  return cases
}

/**
 * Checks a definition as YAML or a program gives it.
 * @param who the file, for messages
 * @param fallbackName name where the definition has none
 * @throws INPUT for an unknown key, or a value out of range
 */
export function parseDefinition(found: unknown, who: string, fallbackName: string): SweepDefinition {
  if (!isObject(found))
    throw inputError(`${who}: found ${show(found)}, wanted keys and values. For example lr: [0.001, 0.0003].`)
  const unknown = Object.keys(found).find(key => !isOwnKey(key) && !isOptionKey(key))
  if (unknown !== undefined) refuseUnknown(who, unknown, [...ownKeys, ...optionNames])
  const method = readMethod(found.method, who)
  const isRandom = method === 'random'
  if (!isRandom && (found.trials !== undefined || found.drawSeed !== undefined))
    throw inputError(`${who}: found trials or drawSeed, wanted them with method: random only. A grid runs every value.`)
  const { fixed, axes } = readOptions(found, isRandom, who)
  const cases = readCases(found.cases, `${who}: cases`)
  if (isRandom && axes.length === 0)
    throw inputError(
      `${who}: nothing to draw, wanted a list or a range. For example lr: {from: 1.0e-4, to: 1.0e-2, scale: log}.`,
    )
  const definition: SweepDefinition = {
    name: readName(found.name, fallbackName, who),
    method,
    fixed,
    axes,
    cases,
    trials: isRandom ? whole(found.trials, 1, mostTrials, `${who}: trials`) : 1,
    drawSeed: whole(found.drawSeed ?? 0, 0, Number.MAX_SAFE_INTEGER, `${who}: drawSeed`),
    seeds: whole(found.seeds ?? 1, 1, mostTrials, `${who}: seeds`),
  }
  return checkDefinition(definition, who)
}

/** How many trials a definition makes. */
export function trialCount({ method, axes, cases, trials, seeds }: SweepDefinition): number {
  const sizes = axes.map(axis => ('values' in axis ? axis.values.length : 1))
  return (
    seeds *
    Math.max(1, cases.length) *
    (method === 'random' ? trials : sizes.reduce((product, size) => product * size, 1))
  )
}

function checkDefinition(definition: SweepDefinition, who: string): SweepDefinition {
  const setsSeed = [
    ...definition.axes.map(({ key }) => key),
    ...definition.cases.flatMap(({ options }) => Object.keys(options)),
  ]
  if (definition.seeds > 1 && setsSeed.includes('seed'))
    throw inputError(`${who}: found seeds and a list for seed, wanted one of them. seeds: 3 counts up from seed.`)
  const taken = definition.cases.flatMap(({ options }) => Object.keys(options))
  const both = definition.axes.find(
    ({ key }) => taken.includes(key) || (key === 'geometry' && taken.some(own => geometryKeys.includes(own))),
  )
  if (both !== undefined)
    throw inputError(`${who}: found ${both.key} in a list and in a case, wanted one of them. Cases count before lists.`)
  const count = trialCount(definition)
  if (count > mostTrials)
    throw inputError(`${who}: makes ${count} trials, wanted ${mostTrials} or fewer. Shorten its lists.`)
  return definition
}

/**
 * The definition with options from elsewhere (the command line) in place of its own.
 * @throws INPUT where an option is one that the sweep varies
 */
export function overrideDefinition(
  definition: SweepDefinition,
  { options, seeds }: { options: TrainOptions; seeds?: number | undefined },
  name: OptionNamer = key => key,
): SweepDefinition {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  resolveOptions(given, name)
  for (const key of Object.keys(given)) {
    const { cases } = definition
    if (cases.length > 0 && cases.every(({ options }) => Object.hasOwn(options, key)))
      throw inputError(
        `${name(key)}: each case of the sweep '${definition.name}' sets ${key} itself, wanted an option that one leaves alone. Leave ${name(key)} out, or change the sweep.`,
      )
    const axis = definition.axes.find(
      candidate => candidate.key === key || (candidate.key === 'geometry' && geometryKeys.includes(key)),
    )
    if (axis !== undefined)
      throw inputError(
        `${name(key)}: the sweep '${definition.name}' sets ${axis.key} itself, wanted an option that it leaves alone. Leave ${name(key)} out, or change the sweep.`,
      )
  }
  const count = seeds === undefined ? definition.seeds : whole(seeds, 1, mostTrials, name('seeds'))
  return checkDefinition({ ...definition, fixed: { ...definition.fixed, ...given }, seeds: count }, definition.name)
}
