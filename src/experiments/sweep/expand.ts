// From a definition to its trials: a pure function, so that any machine that is given the definition and an index trains the same thing.
// Nothing is trained here.
import { createHash } from 'node:crypto'
import { inputError } from '../../errors.js'
import { integerBelow, streams, wordReader } from '../../random/philox.js'
import { exp, log } from '../../random/portable-math.js'
import { optionNames, resolveOptions, type TrainOptions } from '../../training/options.js'
import { runName } from '../../training/run-folder.js'
import {
  isIntegerKey,
  type Axis,
  type AxisKey,
  type Geometry,
  type SweepCase,
  type SweepDefinition,
} from './definition.js'

/** One training of a sweep. */
export interface Trial {
  /** Position in the sweep, from 0. */
  readonly index: number
  /** Name of its files: index, model and geometry, e.g. `03-ae-k9s1p4`. */
  readonly id: string
  /** Trials that differ in nothing but their seed have the same setting, from 0. */
  readonly setting: number
  /** What the setting is, for tables: `(9, 1, 4), lr 0.001`. */
  readonly label: string
  /** For `train`, which fills in its defaults. */
  readonly options: TrainOptions
}

/** A sweep spelled out. */
export interface SweepPlan {
  readonly name: string
  readonly trials: readonly Trial[]
  /** SHA-256 over what each trial trains: the same for the same results, however the definition is written. */
  readonly sha256: string
}

type Point = ReadonlyMap<AxisKey, unknown>

/** Every combination of the axes' values, the first axis slowest. */
function gridPoints(axes: readonly Axis[]): Point[] {
  return axes.reduce<Point[]>(
    (points, axis) =>
      points.flatMap(point =>
        ('values' in axis ? axis.values : []).map(value => new Map([...point, [axis.key, value] as const])),
      ),
    [new Map()],
  )
}

/** A number of a range; real numbers have four significant digits, which also evens out rounding. */
function drawNumber(axis: Extract<Axis, { range: unknown }>, next: () => number): number {
  const { from, to, scale } = axis.range
  const isInteger = isIntegerKey(axis.key)
  if (isInteger && scale === 'linear') return from + integerBelow(to - from + 1, next)
  const share = next() / 2 ** 32
  const value = scale === 'log' ? from * exp(share * log(to / from)) : from + share * (to - from)
  const rounded = isInteger ? Math.round(value) : Number(value.toPrecision(4))
  return Math.min(to, Math.max(from, rounded))
}

/** Draw `index` of a random sweep. */
function drawPoint({ axes, drawSeed }: SweepDefinition, index: number): Point {
  const next = wordReader(drawSeed, streams.trials, index)
  return new Map(
    axes.map(axis => [
      axis.key,
      'values' in axis ? axis.values[integerBelow(axis.values.length, next)] : drawNumber(axis, next),
    ]),
  )
}

function optionsOf(fixed: TrainOptions, point: Point): TrainOptions {
  const { geometry, ...others } = Object.fromEntries(point) as { geometry?: Geometry } & TrainOptions
  if (geometry === undefined) return { ...fixed, ...others }
  const [kernel, stride, padding] = geometry
  return { ...fixed, kernel, stride, padding, ...others }
}

const valueText = (value: unknown) => {
  if (typeof value !== 'object' || value === null) return String(value)
  const { height, width } = value as { height?: number; width?: number }
  return height === undefined ? JSON.stringify(value) : `${height}x${width}`
}

/** Options that stand in every label by the geometry, or in none. */
const inGeometry: readonly string[] = ['geometry', 'kernel', 'stride', 'padding']

function labelOf(options: TrainOptions, { axes, cases }: SweepDefinition, own: SweepCase | undefined): string {
  const { settings } = resolveOptions(options)
  const varied: string[] = axes.filter(axis => !('values' in axis) || axis.values.length > 1).map(({ key }) => key)
  const models = new Set(cases.map(({ options }) => options.model))
  if (models.size > 1) varied.push('model')
  const model = varied.includes('model') ? `${settings.model.toUpperCase()} ` : ''
  const others = optionNames.filter(key => key !== 'model' && !inGeometry.includes(key) && varied.includes(key))
  const geometry = `${model}(${settings.kernel}, ${settings.stride}, ${settings.padding})`
  return [geometry, ...others.map(key => `${key} ${valueText(options[key])}`), ...(own ? [own.name] : [])].join(', ')
}

/** What decides a trial's result: all options with their defaults, files as they were named. Threads only where the sweep sets them. */
function identity(options: TrainOptions) {
  const { settings, size } = resolveOptions(options)
  const { threads, data, init } = options
  return { ...settings, threads: threads ?? null, data: data ?? null, init: init ?? null, size }
}

/**
 * Spells a sweep out. The seeds of one setting follow each other.
 * @throws INPUT when a seed would leave its range
 */
export function expand(definition: SweepDefinition): SweepPlan {
  const { name, method, fixed, axes, cases, seeds } = definition
  const points =
    method === 'grid'
      ? gridPoints(axes)
      : Array.from({ length: definition.trials }, (_, index) => drawPoint(definition, index))
  const settings = points.flatMap(point =>
    (cases.length === 0 ? [undefined] : cases).map(own => ({
      own,
      options: { ...optionsOf(fixed, point), ...own?.options },
    })),
  )
  const digits = String(settings.length * seeds - 1).length
  const trials = settings.flatMap(({ own, options }, setting) => {
    const label = labelOf(options, definition, own)
    const first = options.seed ?? 0
    if (!Number.isSafeInteger(first + seeds - 1))
      throw inputError(`seeds: the last seed is beyond ${Number.MAX_SAFE_INTEGER}. Give a smaller seed.`)
    return Array.from({ length: seeds }, (_, repeat): Trial => {
      const index = setting * seeds + repeat
      const ownOptions = seeds > 1 ? { ...options, seed: first + repeat } : options
      const suffix = seeds > 1 ? `-seed${first + repeat}` : ''
      const id = `${String(index).padStart(digits, '0')}-${runName(resolveOptions(options).settings)}${suffix}`
      return { index, id, setting, label, options: ownOptions }
    })
  })
  const identities = JSON.stringify(trials.map(({ options }) => identity(options)))
  return { name, trials, sha256: createHash('sha256').update(identities).digest('hex') }
}
