// What ParallelTrainer and its functions are given, checked once and by name; everything behind trusts it.
import { inputError } from '../errors.js'
import { availableThreads } from '../host.js'
import { show } from '../quote.js'
import { seedKey } from '../random/philox.js'
import { checkData, checkSameKind } from './data.js'
import type { Source } from './engine.js'
import { checkIsolated, moduleUrl } from './host.js'
import type { DataUrl } from './protocol.js'
import type { FitCallback, FitOptions, MeasureOptions, SharedData, TrainerOptions } from './types.js'

const trainerKeys = [
  ...['model', 'data', 'optimizer', 'threads', 'seed', 'settings', 'microBatch', 'clipNorm', 'ema', 'onNotice'],
]
const fitKeys = [
  ...['epochs', 'batch', 'shuffle', 'callbacks', 'signal', 'validation', 'checkpoint', 'saveEvery', 'resume'],
]

const hooks: readonly (keyof FitCallback)[] = ['onStart', 'onStep', 'onEpoch']

/** @throws INPUT for what is no object, such as a number where `{ lr }` is wanted, and for a key that is none */
export function checkKeys(who: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw inputError(`${who}: found ${String(options)}, wanted an object of ${known.join(', ')}.`)
  const unknown = Object.keys(options).find(key => !known.includes(key))
  if (unknown !== undefined) throw inputError(`${who}: found ${unknown}, wanted ${known.join(', ')}.`)
}

function checkCount(who: string, key: string, value: unknown, least = 1): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return
  throw inputError(`${who}: ${key} is ${String(value)}, wanted a whole number of at least ${least}.`)
}

/** @throws INPUT for settings that no thread can be handed */
function checkSettings(settings: unknown): void {
  try {
    structuredClone(settings)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw inputError(`trainer: settings: ${reason} Hand over data; functions belong into the module.`, cause)
  }
}

/** @throws INPUT for the first callback that would never be called: tfjs's and Keras's names are others */
function checkCallbacks(callbacks: FitOptions['callbacks']): void {
  if (!Array.isArray(callbacks)) throw inputError('fit: callbacks are no list. Give it [callback].')
  const idle = callbacks.findIndex(
    one => !hooks.some(hook => typeof (one as FitCallback | null)?.[hook] === 'function'),
  )
  if (idle !== -1) throw inputError(`fit: callbacks[${idle}] has no function ${hooks.join(', ')}. Name one so.`)
}

export type Checked = Required<Omit<TrainerOptions, 'microBatch' | 'onNotice' | 'model' | 'data'>> &
  Pick<TrainerOptions, 'microBatch' | 'onNotice'> & { readonly source: Source }

const isModule = (data: unknown): data is URL | string => typeof data === 'string' || data instanceof URL

/** Data that is only measured: checked arrays, or where a module lies. @throws INPUT */
export function checkOther(other: SharedData | URL | string, { data }: Source, who: string): SharedData | DataUrl {
  if (isModule(other)) return moduleUrl(other, who)
  checkData(other, who)
  if (typeof data !== 'string') checkSameKind(other, data, who)
  return other
}

/** What `evaluate` takes, with its own copy of the indices, whose range the data decides. @throws INPUT for the first option that is none */
export function checkMeasure(options: MeasureOptions): MeasureOptions {
  checkKeys('evaluate', options, ['data', 'indices'])
  const { data, indices } = options as { readonly [K in keyof MeasureOptions]?: MeasureOptions[K] | undefined }
  if (indices !== undefined && !Array.isArray(indices) && !ArrayBuffer.isView(indices))
    throw inputError(`evaluate: indices are ${show(indices)}, wanted a list of numbers of examples. Give it [0, 1].`)
  return { ...(data !== undefined && { data }), ...(indices && { indices: Array.from(indices) }) }
}

/** @throws INPUT for the first option that is none, and for a page without shared memory */
export function checkTrainer(options: TrainerOptions): Checked {
  checkIsolated()
  checkKeys('trainer', options, trainerKeys)
  const { optimizer, threads = availableThreads(), seed = 0, settings = null, microBatch, onNotice } = options
  const { clipNorm = 0, ema = 0, data } = options
  checkCount('trainer', 'threads', threads)
  if (microBatch !== undefined) checkCount('trainer', 'microBatch', microBatch)
  seedKey(seed)
  checkSettings(settings)
  if (onNotice !== undefined && typeof onNotice !== 'function')
    throw inputError(`trainer: onNotice is ${String(onNotice)}, wanted a function of a line of text.`)
  if (!(optimizer as Partial<typeof optimizer> | undefined)?.rule)
    throw inputError('trainer: has no optimizer. Use adam(), adamW() or sgd().')
  if (!Number.isFinite(clipNorm) || clipNorm < 0)
    throw inputError(`trainer: clipNorm is ${clipNorm}, wanted a number of at least 0.`)
  if (!(ema >= 0 && ema < 1)) throw inputError(`trainer: ema is ${ema}, wanted a number from 0 to below 1. Use 0.999.`)
  const model = moduleUrl(options.model, 'model')
  const dataUrl = isModule(data) ? moduleUrl(data, 'data') : null
  if (!dataUrl) checkData(data as SharedData, 'data')
  const source: Source = {
    ...{ model: model.url, modelName: model.name, data: dataUrl?.url ?? (data as Source['data']) },
    ...{ dataName: dataUrl?.name ?? 'data', seed, settings },
  }
  return {
    ...{ optimizer, threads, seed, settings, clipNorm, ema, source },
    ...(microBatch !== undefined && { microBatch }),
    ...(onNotice && { onNotice }),
  }
}

/** Answers the data to validate on, where that is other data. @throws INPUT for the first option that is none */
export function checkFit(options: FitOptions, source: Source): SharedData | DataUrl | null {
  checkKeys('fit', options, fitKeys)
  const { epochs, batch, callbacks, signal, validation, checkpoint, saveEvery, resume } = options
  checkCount('fit', 'epochs', epochs)
  checkCount('fit', 'batch', batch)
  if (saveEvery !== undefined) checkCount('fit', 'saveEvery', saveEvery)
  if (resume && checkpoint === undefined)
    throw inputError('fit: resume without checkpoint, wanted the folder to go on from. Add checkpoint.')
  if (callbacks !== undefined) checkCallbacks(callbacks)
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.aborted !== 'boolean')
    throw inputError(`fit: signal is none, wanted an AbortSignal. Use new AbortController().signal.`)
  if (validation === undefined) return null
  checkKeys('fit: validation', validation, ['share', 'data'])
  if ('share' in validation && 'data' in validation)
    throw inputError('fit: validation has share and data, wanted one of them. Leave one out.')
  if ('share' in validation) {
    if (validation.share > 0 && validation.share < 1) return null
    throw inputError(`fit: validation.share is ${validation.share}, wanted a number between 0 and 1. Use 0.1.`)
  }
  return checkOther(validation.data, source, 'fit: validation.data')
}

/** Anything that can be cloned, as a text: what JSON has no words for is spelt out. @throws INPUT for what holds itself */
export function settingsText(settings: unknown): string {
  const spell = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'number' && !Number.isFinite(value)) return `number ${value}`
    if (value instanceof Map) return { map: [...value] }
    if (value instanceof Set) return { set: [...value] }
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return { bytes: [...new Uint8Array(value)] }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return { values: [...(value as Uint8Array)] }
    return value
  }
  try {
    return JSON.stringify([settings], spell)
  } catch (cause) {
    throw inputError('fit: settings hold themselves, wanted what a checkpoint can be compared by. Unfold them.', cause)
  }
}
