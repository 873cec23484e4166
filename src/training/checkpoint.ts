// One checkpoint as a safetensors file: a snapshot of a run and everything that tells whether it may go on from it. Weights and Adam's
// moments stand under PyTorch's names and in its layout (`model.<name>`, `adam.exp_avg.<name>`, `adam.exp_avg_sq.<name>`, and `ema.<name>`
// where there is an average), the history as float64 [epochs, 6], or [epochs, 9] where images are held out, the rest in the metadata. A stranger's file is checked completely. Which file is written when: saver.ts.
import { EyesWasmError, inputError } from '../errors.js'
import { isObject, parseStrictJson } from '../formats/json.js'
import {
  checkCheckpointTensors,
  checkpointFormat,
  checkpointNames,
  fromTorch,
  specMetadata,
  tensorsUnder,
  toTorch,
} from '../formats/pytorch.js'
import {
  readSafetensors,
  serializeSafetensors,
  type DoubleTensor,
  type NamedTensor,
  type Safetensors,
} from '../formats/safetensors.js'
import { sealed } from '../formats/seal.js'
import { heldOutCount } from '../data/split.js'
import { checkSpec, layerSpecs, parameterSpecs } from '../models/geometry.js'
import type { ModelSpec, ParameterSpec } from '../models/spec.js'
import { quote } from '../quote.js'
import { version } from '../version.js'
import type { Arithmetic } from './arithmetic.js'
import { readTrainConfig } from './run-config.js'
import type { Snapshot, TrainerState } from './state.js'
import type { EpochRecord, TrainConfig } from './types.js'

/** Version 1 knew neither an average nor held-out images; what it had stands in the same places. */
const formatVersion = '2'
const readableVersions: readonly (string | undefined)[] = ['1', formatVersion]

/** Whose snapshot it is. */
export interface RunIdentity {
  readonly config: TrainConfig
  /** Images trained on: those of the data, or the first `limit` of them, less those held out. */
  readonly imageCount: number
  readonly dataSha256: string
  readonly initSha256: string | null
  readonly arithmetic: Arithmetic
}

export interface Checkpoint extends RunIdentity {
  readonly snapshot: Snapshot
  /** The eyes-wasm that wrote it. */
  readonly writtenBy: string
}

/** The model that a configuration trains. */
export const specOf = ({ model, kernel, stride, padding, height, width, heads, latent }: TrainConfig): ModelSpec => ({
  kind: model,
  kernel,
  stride,
  padding,
  height,
  width,
  ...(heads === 'linear' && { heads }),
  ...(latent > 0 && { latent }),
})

/** Columns of the history, [epochs, 6] or, with held-out images, [epochs, 9]. */
const usualColumns = ['epoch', 'loss', 'mse', 'kl', 'seconds', 'imagesPerSecond'] as const
const heldOutColumns = [...usualColumns, 'valLoss', 'valMse', 'valKl'] as const
const columnsOf = ({ valSplit }: TrainConfig): readonly (typeof heldOutColumns)[number][] =>
  valSplit > 0 ? heldOutColumns : usualColumns

/** Images of `count` that the run trains on. */
export const trainedImages = (count: number, { limit, valSplit }: Pick<TrainConfig, 'limit' | 'valSplit'>) => {
  const images = limit ?? count
  return images - heldOutCount(images, valSplit)
}

const vectorNames = {
  parameters: checkpointNames.model,
  firstMoment: checkpointNames.firstMoment,
  secondMoment: checkpointNames.secondMoment,
  average: checkpointNames.average,
} as const
const vectorKeys = ['parameters', 'firstMoment', 'secondMoment', 'average'] as const
/** Numbers of the state besides the history. */
const counts = ['step', 'epoch', 'images'] as const
const sums = ['loss', 'mse', 'kl', 'seconds', 'elapsed'] as const

const prefixed = (prefix: string, tensors: readonly NamedTensor[]) =>
  tensors.map(tensor => ({ ...tensor, name: prefix + tensor.name }))

/**
 * The bytes of a checkpoint.
 * @throws NON_FINITE when a value is not finite: no run can go on from there
 */
export function checkpointFile(identity: RunIdentity, { state, ...vectors }: Snapshot): Uint8Array<ArrayBuffer> {
  const spec = specOf(identity.config)
  const specs = parameterSpecs(layerSpecs(spec))
  const columns = columnsOf(identity.config)
  const kept = vectorKeys.flatMap(key => {
    const values = vectors[key]
    return values ? [{ key, values }] : []
  })
  for (const { key, values } of kept) checkFinite(values, specs, key, state)
  const { history, ...numbers } = state
  const tensors: (NamedTensor | DoubleTensor)[] = [
    // First: at the head of the data its doubles are aligned.
    {
      name: checkpointNames.history,
      dtype: 'F64',
      shape: [history.length, columns.length],
      data: Float64Array.from(history.flatMap(record => columns.map(column => record[column] ?? NaN))),
    },
    ...kept.flatMap(({ key, values }) => prefixed(vectorNames[key], toTorch(values, specs))),
  ]
  const metadata = {
    format: checkpointFormat,
    format_version: formatVersion,
    eyes_wasm: version,
    ...specMetadata(spec),
    options: JSON.stringify(identity.config),
    state: JSON.stringify(numbers),
    images: String(identity.imageCount),
    data_sha256: identity.dataSha256,
    ...(identity.initSha256 !== null && { init_sha256: identity.initSha256 }),
    arithmetic: JSON.stringify(identity.arithmetic),
  }
  return serializeSafetensors(tensors, sealed(tensors, metadata))
}

/** Bytes that a checkpoint of this model takes, a little more than less. */
export function checkpointBytes(parameterCount: number, epochs: number): number {
  return 16 * parameterCount + 8 * heldOutColumns.length * epochs + 65_536
}

function checkFinite(values: Float32Array, specs: readonly ParameterSpec[], what: string, state: TrainerState): void {
  const bad = values.findIndex(value => !Number.isFinite(value))
  if (bad < 0) return
  const tensor = specs.find(({ offset, size }) => bad < offset + size)!.name
  throw new EyesWasmError(
    'NON_FINITE',
    `checkpoint: ${what} of ${tensor} holds ${values[bad]} after step ${state.step}. Lower --lr, and look at the images.`,
  )
}

/**
 * Reads a checkpoint and checks all of it: sizes before memory is asked for, the checksum, each tensor against the model, each number.
 * @throws EyesWasmError INPUT
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return parseCheckpoint(await readSafetensors(path, [checkpointNames.history]), path)
}

/** The same for a file whose tensors are in memory. */
export function parseCheckpoint(file: Safetensors, path: string): Checkpoint {
  const { metadata } = file
  if (metadata.format !== checkpointFormat)
    throw inputError(`${path}: is no checkpoint of eyes-wasm. Name a run folder that has one.`)
  if (!readableVersions.includes(metadata.format_version))
    throw inputError(
      `${path}: checkpoint format ${text(metadata.format_version)} of eyes-wasm ${text(metadata.eyes_wasm)}, wanted ${formatVersion}. Go on with that version.`,
    )
  checkCheckpointTensors(file, path)
  const damaged = (what: string) => inputError(`${path}: ${what}. Take an unchanged checkpoint.`)
  const json = (key: 'options' | 'state' | 'arithmetic') => readObject(metadata[key], key, path, damaged)
  const config = readTrainConfig(path, json('options'))
  checkSpec(specOf(config))
  const usual = { heads: config.heads, latent: config.latent }
  const said: Record<string, string | undefined> = {
    heads: undefined,
    latent: undefined,
    ...specMetadata(specOf(config)),
  }
  for (const [key, value] of Object.entries(said))
    if (metadata[key] !== value)
      throw damaged(
        `${key} is ${text(metadata[key])}, but its options say ${value ?? usual[key as keyof typeof usual]}`,
      )
  const imageCount = readImageCount(metadata.images, config, damaged)
  const history = readHistory(file.doubles.get(checkpointNames.history), config, damaged)
  const state = readState(json('state'), history, imageCount, config, damaged)
  return {
    config,
    imageCount,
    dataSha256: readHash(metadata.data_sha256, 'data_sha256', damaged),
    initSha256: metadata.init_sha256 === undefined ? null : readHash(metadata.init_sha256, 'init_sha256', damaged),
    arithmetic: readArithmetic(json('arithmetic'), damaged),
    writtenBy: metadata.eyes_wasm ?? 'unknown',
    snapshot: { state, ...readVectors(file.tensors, config, path) },
  }
}

type Refuse = (what: string) => EyesWasmError

const text = (value: string | undefined) => (value === undefined ? 'missing' : quote(value))
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

type Fields = Readonly<Record<string, unknown>>

/** A JSON object in the metadata, as strict as the header around it; what it holds may be anything. */
function readObject(value: string | undefined, key: string, path: string, damaged: Refuse): Fields {
  const found = value === undefined ? null : parseStrictJson(value, path, `its ${key}`)
  if (found === null || !isObject(found)) throw damaged(`${key} is not a JSON object`)
  return Object.fromEntries(found)
}

/** Where the run has no limit of its own, what the data must have is checked with the data (resume.ts). */
function readImageCount(value: string | undefined, config: TrainConfig, damaged: Refuse): number {
  const { limit } = config
  const count = /^[1-9]\d{0,15}$/.test(value ?? '') ? Number(value) : NaN
  if (isCount(count) && (limit === null || trainedImages(limit, config) === count)) return count
  throw damaged(`images is ${text(value)}, which does not fit its limit of ${limit}`)
}

function readHash(value: string | undefined, key: string, damaged: Refuse): string {
  if (value !== undefined && /^[0-9a-f]{64}$/.test(value)) return value
  throw damaged(`${key} is ${text(value)}, wanted a SHA-256 in hexadecimal`)
}

function readArithmetic(found: Fields, damaged: Refuse): Arithmetic {
  const { kernelsSha256, microBatches, tapeImages, algorithms } = found
  if (
    isCount(microBatches) &&
    isCount(tapeImages) &&
    typeof kernelsSha256 === 'string' &&
    typeof algorithms === 'string'
  )
    return { kernelsSha256, microBatches, tapeImages, algorithms }
  throw damaged('arithmetic lacks kernelsSha256, microBatches, tapeImages or algorithms')
}

/** Its rows become records, which take more memory than the file: no more of them than the run has epochs. */
function readHistory(tensor: DoubleTensor | undefined, config: TrainConfig, damaged: Refuse): EpochRecord[] {
  const columns = columnsOf(config)
  const [epochs = 0, width, ...more] = tensor?.shape ?? []
  if (!tensor || width !== columns.length || more.length > 0)
    throw damaged(`history is missing or not float64 of [epochs, ${columns.length}]`)
  if (epochs > config.epochs) throw damaged(`the history has ${epochs} epochs, but its options say ${config.epochs}`)
  return Array.from({ length: epochs }, (_, row) => {
    const values = columns.map((_, column) => tensor.data[row * columns.length + column]!)
    const bad = columns.findIndex((_, column) => !Number.isFinite(values[column]))
    if (bad >= 0) throw damaged(`${columns[bad]} of epoch ${row + 1} in the history is ${values[bad]}`)
    const record = Object.fromEntries(columns.map((column, i) => [column, values[i]])) as unknown as EpochRecord
    if (record.epoch !== row + 1) throw damaged(`row ${row + 1} of the history is of epoch ${record.epoch}`)
    if (record.seconds < 0 || record.imagesPerSecond < 0) throw damaged(`times of epoch ${row + 1} are negative`)
    return record
  })
}

function readState(
  found: Fields,
  history: EpochRecord[],
  imageCount: number,
  { batch, epochs }: TrainConfig,
  damaged: Refuse,
): TrainerState {
  for (const key of counts) if (!isCount(found[key])) throw damaged(`${key} is not a whole number`)
  for (const key of sums) if (!Number.isFinite(found[key])) throw damaged(`${key} is not a finite number`)
  const state = { ...(found as unknown as Omit<TrainerState, 'history'>), history }
  const { step, epoch, images, seconds, elapsed } = state
  if (Object.keys(found).length !== counts.length + sums.length) throw damaged('state has a key too many')
  if (epoch !== history.length) throw damaged(`epoch is ${epoch}, but the history has ${history.length}`)
  if (images > imageCount || (images % batch !== 0 && images !== imageCount))
    throw damaged(`images is ${images}, which is no step of ${batch} in ${imageCount} images`)
  if (epoch === epochs && images > 0) throw damaged(`images is ${images} after the last of ${epochs} epochs`)
  const steps = epoch * Math.ceil(imageCount / batch) + Math.ceil(images / batch)
  if (step !== steps) throw damaged(`step is ${step}, but ${epoch} epochs and ${images} images make ${steps}`)
  if (seconds < 0 || elapsed < 0) throw damaged('its seconds are negative')
  if (images === 0 && [state.loss, state.mse, state.kl, seconds].some(sum => sum !== 0))
    throw damaged('sums of an epoch that has not begun are not 0')
  return state
}

function readVectors(tensors: ReadonlyMap<string, NamedTensor>, config: TrainConfig, path: string) {
  const specs = parameterSpecs(layerSpecs(specOf(config)))
  const hasAverage = config.ema > 0
  const wanted = (hasAverage ? 4 : 3) * specs.length + 1
  if (tensors.size > wanted)
    throw inputError(`${path}: holds ${tensors.size} tensors, wanted ${wanted}. Take an unchanged checkpoint.`)
  const vector = (key: keyof typeof vectorNames) => {
    const prefix = vectorNames[key]
    return fromTorch(tensorsUnder(tensors, prefix), specs, `${path}: ${prefix}`)
  }
  const secondMoment = vector('secondMoment')
  if (secondMoment.some(value => value < 0))
    throw inputError(`${path}: a second moment of Adam is negative. Take an unchanged checkpoint.`)
  const vectors = { parameters: vector('parameters'), firstMoment: vector('firstMoment'), secondMoment }
  return { ...vectors, ...(hasAverage && { average: vector('average') }) }
}
