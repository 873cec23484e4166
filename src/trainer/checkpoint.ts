// A checkpoint of a fit as one safetensors file: the flat vectors, the history as float64, and in the metadata where the training is and all that a training that
// goes on from it has to have in common with it. A stranger's file is checked completely. Where it lies, and when one is written: saver.ts.
import { createHash } from 'node:crypto'
import { EyesWasmError, inputError } from '../errors.js'
import { isObject, type Json, parseStrictJson, plainJson, toJson } from '../formats/json.js'
import { checkCheckpointTensors } from '../formats/pytorch.js'
import {
  type DoubleTensor,
  type NamedTensor,
  readSafetensors,
  type Safetensors,
  serializeSafetensors,
} from '../formats/safetensors.js'
import { sealed } from '../formats/seal.js'
import { printable, show, shorten } from '../quote.js'
import { version } from '../version.js'
import type { FitState } from './fit.js'
import type { FitEpoch } from './types.js'

const format = 'eyes-wasm trainer checkpoint'
const formatVersion = '1'

/** What decides the bits of a training besides its data's values. */
export type TrainingIdentity = Readonly<
  Record<
    | 'model'
    | 'data'
    | 'examples'
    | 'variables'
    | 'optimizer'
    | 'lr'
    | 'seed'
    | 'settings'
    | 'batch'
    | 'shuffle'
    | 'clipNorm'
    | 'ema'
    | 'validation'
    | 'cut'
    | 'kernels',
    string | number | boolean
  >
>

/** Longest text that a checkpoint holds of what it is compared by; of a longer one, settings with weights say, its hash. */
const longestText = 4096

export const shortened = (identity: TrainingIdentity): TrainingIdentity => {
  const short = Object.entries(identity).map(([key, value]) => [
    key,
    typeof value === 'string' && value.length > longestText
      ? `SHA-256 ${createHash('sha256').update(value).digest('hex')}`
      : value,
  ])
  return Object.fromEntries(short) as TrainingIdentity
}

/** What messages call them. */
const words: Record<keyof TrainingIdentity, string> = {
  model: "the model's file",
  data: 'the data',
  examples: 'the number of examples',
  variables: 'the variables',
  optimizer: 'the optimizer',
  lr: 'the learning rate',
  seed: 'seed',
  settings: 'settings',
  batch: 'batch',
  shuffle: 'shuffle',
  clipNorm: 'clipNorm',
  ema: 'ema',
  validation: 'validation.share',
  cut: 'the cut of a batch',
  kernels: 'the kernels',
}

/** The flat vectors, as the executor calls them. */
export type VectorName = 'parameters' | 'firstMoment' | 'secondMoment' | 'average' | 'state'
export const vectorNames: readonly VectorName[] = ['parameters', 'firstMoment', 'secondMoment', 'average', 'state']

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly identity: Readonly<Record<string, unknown>>
  readonly state: FitState
  readonly vectors: ReadonlyMap<string, NamedTensor>
}

// The history is one float64 vector, as a header has no room for thousands of epochs. Its records lie end to end; in the metadata stands how many of them have
// which values: [[records, names], ...], a new entry wherever the names change, as they do when a validation is added.
const historyName = 'history'
const plainColumns = ['epoch', 'loss', 'seconds', 'examplesPerSecond'] as const
const partPrefix = 'parts.'
const validationPrefix = 'validation.'

type Values = readonly (readonly [name: string, value: number])[]

const partValues = (parts: FitEpoch['parts'], prefix: string): Values =>
  Object.entries(parts).map(([name, value]) => [prefix + partPrefix + name, value])

function recordValues(record: FitEpoch): Values {
  const { parts, validation } = record
  const measured: Values = validation
    ? [[`${validationPrefix}loss`, validation.loss], ...partValues(validation.parts, validationPrefix)]
    : []
  return [...plainColumns.map(name => [name, record[name]] as const), ...partValues(parts, ''), ...measured]
}

/** Values by name whose names begin so, without that. */
const under = (prefix: string, values: Values): Values =>
  values.flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : []))

const measuredOf = (values: Values) => ({
  loss: new Map(values).get('loss')!,
  parts: Object.fromEntries(under(partPrefix, values)),
})

function recordOf(values: Values): FitEpoch {
  const plain = Object.fromEntries(values.slice(0, plainColumns.length)) as Record<
    (typeof plainColumns)[number],
    number
  >
  const validation = under(validationPrefix, values)
  return { ...plain, ...measuredOf(values), ...(validation.length > 0 && { validation: measuredOf(validation) }) }
}

/** Whether records may have these values. */
function areColumns(names: unknown): names is string[] {
  if (!Array.isArray(names) || new Set(names).size !== names.length) return false
  const more = names.slice(plainColumns.length) as unknown[]
  const isValidated = more.includes(`${validationPrefix}loss`)
  return (
    plainColumns.every((name, i) => names[i] === name) &&
    more.every(
      name =>
        typeof name === 'string' &&
        (name.startsWith(partPrefix) ||
          name === `${validationPrefix}loss` ||
          (isValidated && name.startsWith(validationPrefix + partPrefix))),
    )
  )
}

type Columns = (readonly [records: number, names: readonly string[]])[]

function historyOf(history: readonly FitEpoch[]): { readonly tensor: DoubleTensor; readonly columns: Columns } {
  const columns: Columns = []
  const data: number[] = []
  for (const record of history) {
    const values = recordValues(record)
    const names = values.map(([name]) => name)
    const [count, last] = columns.at(-1) ?? [0, []]
    if (last.length === names.length && last.every((name, i) => name === names[i]))
      columns[columns.length - 1] = [count + 1, last]
    else columns.push([1, names])
    for (const [, value] of values) data.push(value)
  }
  return { tensor: { name: historyName, dtype: 'F64', shape: [data.length], data: Float64Array.from(data) }, columns }
}

/** @throws NON_FINITE for a vector that no training can go on from */
export function checkpointFile(
  vectors: readonly (readonly [VectorName, Float32Array])[],
  { history, ...state }: FitState,
  identity: TrainingIdentity,
): Uint8Array<ArrayBuffer> {
  const kept: NamedTensor[] = vectors.map(([name, values]) => {
    if (!values.every(Number.isFinite))
      throw new EyesWasmError(
        'NON_FINITE',
        `checkpoint: ${name} is not finite after step ${state.step}. Lower the learning rate.`,
      )
    return { name, dtype: 'F32', shape: [values.length], data: values.slice() }
  })
  const { tensor, columns } = historyOf(history)
  // The doubles first: at the head of the data they are aligned.
  const tensors = [tensor, ...kept]
  const metadata = {
    ...{ format, format_version: formatVersion, eyes_wasm: version },
    ...{ identity: JSON.stringify(identity), state: toJson(state), columns: JSON.stringify(columns) },
  }
  return serializeSafetensors(tensors, sealed(tensors, metadata))
}

/** @throws INPUT for a file that is no checkpoint of a fit, or a damaged one */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return parseCheckpoint(await readSafetensors(path, [historyName]), path)
}

/** The same for a file whose tensors are in memory. */
export function parseCheckpoint(file: Safetensors, path: string): Checkpoint {
  const { tensors, metadata } = file
  if (metadata.format !== format)
    throw inputError(`${path}: is no checkpoint of ParallelTrainer. Name the folder of one, or an empty one.`)
  if (metadata.format_version !== formatVersion)
    throw inputError(
      `${path}: checkpoint format ${printable(shorten(metadata.format_version ?? 'missing'))}, wanted ${formatVersion}. Go on with the version that wrote it.`,
    )
  checkCheckpointTensors(file, path)
  const damaged: Refuse = what => inputError(`${path}: ${what}. Take an unchanged checkpoint.`)
  const json = (key: string) => parseStrictJson(metadata[key] ?? '', path, `its ${key}`)
  const history = readHistory(file.doubles.get(historyName), plainJson(json('columns')), damaged)
  const state = { ...readState(readObject(json('state'), 'state', damaged), damaged), history }
  if (history.length !== state.epoch) throw damaged(`epoch is ${state.epoch}, but the history has ${history.length}`)
  const vectors = new Map([...tensors].filter(([name]) => name !== historyName))
  for (const [name, { data }] of vectors)
    if (!data.every(Number.isFinite))
      throw damaged(`${show(name)} holds a value that is not finite, wanted finite numbers`)
  return { identity: readObject(json('identity'), 'identity', damaged), state, vectors }
}

type Refuse = (what: string) => EyesWasmError
type Fields = Readonly<Record<string, unknown>>

function readObject(found: Json, key: string, damaged: Refuse): Fields {
  if (isObject(found)) return plainJson(found) as Fields
  throw damaged(`its ${key} is ${show(plainJson(found))}, wanted an object`)
}

const namedNumbers: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity }

/** JSON has no word for a part that is no number, or infinite. */
const numberOf = (value: unknown) =>
  typeof value === 'string' && Object.hasOwn(namedNumbers, value) ? namedNumbers[value] : value

function readState(found: Fields, damaged: Refuse): Omit<FitState, 'history'> {
  const number = (key: string, isRight: (value: unknown) => boolean, wanted: string): number => {
    if (isRight(found[key])) return found[key] as number
    throw damaged(`${key} of its state is ${show(found[key])}, wanted ${wanted}`)
  }
  const count = (key: string) =>
    number(key, value => Number.isSafeInteger(value) && (value as number) >= 0, 'a whole number of at least 0')
  const time = (key: string) =>
    number(key, value => Number.isFinite(value) && (value as number) >= 0, 'a number of at least 0')
  if (typeof found.sums !== 'object' || found.sums === null || Array.isArray(found.sums))
    throw damaged(`sums of its state are ${show(found.sums)}, wanted an object`)
  const sums = Object.entries(found.sums as Fields).map(([name, value]) => [name, numberOf(value)] as const)
  const bad = sums.find(([, value]) => typeof value !== 'number')
  if (bad) throw damaged(`the sum of ${show(bad[0])} in its state is ${show(bad[1])}, wanted a number`)
  return {
    ...{ step: count('step'), epoch: count('epoch'), images: count('images') },
    ...{ seconds: time('seconds'), elapsed: time('elapsed'), sums: Object.fromEntries(sums) as FitState['sums'] },
  }
}

function readHistory(tensor: DoubleTensor | undefined, columns: unknown, damaged: Refuse): FitEpoch[] {
  if (!tensor || !Array.isArray(columns)) throw damaged('its history or the columns of it are missing')
  const history: FitEpoch[] = []
  let at = 0
  for (const entry of columns as unknown[]) {
    const [count, names] = Array.isArray(entry) ? (entry as unknown[]) : []
    const left = tensor.data.length - at
    if (
      !areColumns(names) ||
      !Number.isSafeInteger(count) ||
      (count as number) < 1 ||
      (count as number) * names.length > left
    )
      throw damaged(`${show(entry)} describes no records of its history of ${tensor.data.length} values`)
    for (let i = 0; i < (count as number); i++, at += names.length) {
      const record = recordOf(names.map((name, column) => [name, tensor.data[at + column]!] as const))
      if (record.epoch !== history.length + 1)
        throw damaged(`record ${history.length + 1} of its history is of epoch ${record.epoch}`)
      history.push(record)
    }
  }
  if (at === tensor.data.length) return history
  throw damaged(`its columns describe ${at} of the ${tensor.data.length} values of its history`)
}

/** @throws INPUT for a checkpoint of a training that would not go on to the same bits */
export function checkIdentity({ identity }: Checkpoint, wanted: TrainingIdentity, path: string): void {
  const show = (value: unknown) => printable(shorten(String(value)))
  for (const key of Object.keys(words) as (keyof TrainingIdentity)[]) {
    if (identity[key] === wanted[key]) continue
    throw inputError(
      `${path}: was trained with another value of ${words[key]} (${show(identity[key])}, now ${show(wanted[key])}): it would not go on to the same bits. Put it back, or train anew in another folder.`,
    )
  }
}

/** One of its vectors. @throws INPUT where it has another length */
export function vectorOf({ vectors }: Checkpoint, name: VectorName, length: number, path: string): NamedTensor['data'] {
  const found = vectors.get(name)?.data
  if (found?.length === length) return found
  throw inputError(
    `${path}: ${name} has ${found?.length ?? 'no'} values, wanted ${length}. Take an unchanged checkpoint.`,
  )
}
