// config.json of a run folder: everything that the run's result depends on, and where and when it was made. Written at the start, and
// again when a run is resumed with other epochs; read by `train --config`, `--resume` and commands that apply a trained model.
import { stat } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { parseStrictJson, plainJson } from '../formats/json.js'
import { readTextFile } from '../input-file.js'
import { quote, show } from '../quote.js'
import { version } from '../version.js'
import { type VectorMode, vectorMode } from '../wasm/revectorize.js'
import { controlNames, controlRecord, resolveControl, type Control, type ControlRecord } from './control.js'
import { resolveOptions, type TrainOptions } from './options.js'
import type { TrainConfig } from './types.js'

const format = 'eyes-wasm run'
const formatVersion = 1

/** What config.json holds, key by key. */
export interface RunConfig {
  readonly format: typeof format
  readonly formatVersion: typeof formatVersion
  readonly options: TrainConfig
  /** How the run is watched; `--resume` may change it. */
  readonly control: ControlRecord
  readonly data: Pick<Dataset, 'source' | 'count' | 'height' | 'width' | 'sha256'>
  /** SHA-256 of the weights that training started from, when they came from a file (`init`). */
  readonly initSha256: string | null
  readonly versions: { readonly 'eyes-wasm': string; readonly node: string; readonly v8: string }
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryBytes: number
    readonly platform: string
    readonly arch: string
  }
  /** What the kernels ran with. The result does not depend on it, and `--config` does not ask for it. */
  readonly vectors: VectorMode
  /** ISO 8601, UTC. */
  readonly date: string
}

/** What another run or command takes from a config.json: the options, checked, and what identified the input files. */
export interface ReadRunConfig {
  readonly config: TrainConfig
  /** The same as options to give again. */
  readonly options: TrainOptions
  readonly control: ControlRecord
  readonly dataSha256: string
  readonly initSha256: string | null
}

/** Versions, machine and time of whatever is made now, in this process. */
export const provenance = (): Pick<RunConfig, 'versions' | 'machine' | 'vectors' | 'date'> => ({
  versions: { 'eyes-wasm': version, node: process.versions.node, v8: process.versions.v8 },
  machine: {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: process.platform,
    arch: process.arch,
  },
  vectors: vectorMode(),
  date: new Date().toISOString(),
})

/** The record of a run that starts now on this machine. */
export function runConfig(
  options: TrainConfig,
  control: Control,
  dataset: Dataset,
  initSha256: string | null,
): RunConfig {
  const { source, count, height, width, sha256 } = dataset
  return {
    format,
    formatVersion,
    options,
    control: controlRecord(control),
    data: { source, count, height, width, sha256 },
    initSha256,
    ...provenance(),
  }
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value under a key of the object's own, never an inherited one. */
const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

/** Ours has 2 kB. */
const mostBytes = 1_000_000

const wanted = 'the config.json of a run folder'

/** As JSON spells it. */
const spell = (value: unknown) => (typeof value === 'string' ? quote(value) : show(value))

/** The object that a config.json's text holds. @throws INPUT, naming `path` */
function parseObject(path: string, text: string): JsonObject {
  try {
    const value = plainJson(parseStrictJson(text, path, 'it'))
    if (isObject(value)) return value
  } catch (error) {
    throw inputError(`${path}: is not JSON, wanted ${wanted} (${(error as Error).message}).`, error)
  }
  throw inputError(`${path}: holds no JSON object, wanted ${wanted}. Take an unchanged one.`)
}

function readHash(path: string, key: string, value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value
  throw inputError(`${path}: ${key} is ${spell(value)}, wanted a SHA-256 in hexadecimal. Take an unchanged file.`)
}

/**
 * A configuration that was written as JSON, each option checked.
 * @throws INPUT for an option that is unknown, missing or out of range; the message begins with `path`
 */
export function readTrainConfig(path: string, found: unknown): TrainConfig {
  if (!isObject(found))
    throw inputError(`${path}: 'options' is not an object, wanted the options of a run. Take an unchanged file.`)
  const { height, width, ...others } = found
  const { settings, size } = resolveOptions(
    { ...others, size: { height, width } } as TrainOptions,
    key => `${path}: ${key}`,
  )
  return { ...settings, ...size! } // There is one: it has been checked.
}

/** As options to give again: height and width become `size`. */
function optionsOf({ height, width, ...others }: TrainConfig): TrainOptions {
  return { ...others, size: { height, width } }
}

/** How the run is watched; folders of before had none. */
function readControl(path: string, found: unknown): ControlRecord {
  if (found === undefined) return {}
  if (!isObject(found))
    throw inputError(`${path}: 'control' is not an object, wanted saveEvery, patience … Take an unchanged file.`)
  const unknown = Object.keys(found).find(key => key === 'maxTime' || !controlNames.some(name => name === key))
  if (unknown !== undefined)
    throw inputError(`${path}: control.${unknown}: no such option, wanted saveEvery, patience, minDelta, monitor.`)
  return controlRecord(resolveControl(found, key => `${path}: control.${key}`))
}

/**
 * Checks the text of a config.json. `file` names it in errors.
 * @throws INPUT when it is malformed, of another format or holds an option that is unknown or out of range
 */
export function parseRunConfig(file: string, text: string): ReadRunConfig {
  const config = parseObject(file, text)
  if (own(config, 'format') !== format || own(config, 'formatVersion') !== formatVersion)
    throw inputError(
      `${file}: format is ${spell(own(config, 'format'))} ${spell(own(config, 'formatVersion'))}, wanted "${format}" ${formatVersion}. Use the config.json of a run of this version.`,
    )
  const options = own(config, 'options')
  const data = own(config, 'data')
  if (!isObject(options) || !isObject(data))
    throw inputError(`${file}: 'options' or 'data' is missing, wanted both. Use an unchanged config.json.`)
  const initSha256 = own(config, 'initSha256')
  const trainConfig = readTrainConfig(file, options)
  return {
    config: trainConfig,
    options: optionsOf(trainConfig),
    control: readControl(file, own(config, 'control')),
    dataSha256: readHash(file, 'data.sha256', own(data, 'sha256')),
    initSha256: initSha256 === null ? null : readHash(file, 'initSha256', initSha256),
  }
}

/**
 * Reads config.json; `path` may also name its run folder.
 * @throws INPUT when it is missing, or as `parseRunConfig`
 */
export async function readRunConfig(path: string): Promise<ReadRunConfig> {
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, 'config.json') : path
  return parseRunConfig(file, await readTextFile(file, mostBytes, wanted))
}

/**
 * The text of config.json with the options and the control of a run that goes on; all else stays as the start wrote it.
 * @throws INPUT when the file in `folder` cannot be read
 */
export async function resumedConfig(folder: string, options: TrainConfig, control: Control): Promise<JsonObject> {
  const file = join(folder, 'config.json')
  const found = parseObject(file, await readTextFile(file, mostBytes, wanted))
  return { ...found, options, control: controlRecord(control) }
}
