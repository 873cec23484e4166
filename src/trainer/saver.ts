// Checkpoints of a fit: one safetensors file with the flat vectors, and in its metadata where the training is and all that a training that goes on from it has to have
// in common with it. `last` and the one before it lie in the folder (training/checkpoint-folder.ts), under a lock.
import { createHash } from 'node:crypto'
import { EyesWasmError, inputError } from '../errors.js'
import { checkSeal, sealed } from '../formats/seal.js'
import { readSafetensors, serializeSafetensors, type NamedTensor } from '../formats/safetensors.js'
import type { Executor } from '../parallel/executor.js'
import { printable, shorten } from '../quote.js'
import {
  checkOwnFolder,
  makeCheckpointFolder,
  mendCheckpoints,
  newestCheckpoint,
  noticeOf,
  readNewest,
  removeAllTemporaries,
  saveLast,
} from '../training/checkpoint-folder.js'
import { lockFolder, type FolderLock } from '../training/lock.js'
import { makeFolder } from '../training/storage.js'
import { version } from '../version.js'
import type { FitState } from './fit.js'
import type { FitCallback } from './types.js'

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

const shortened = (identity: TrainingIdentity): TrainingIdentity => {
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

type VectorName = 'parameters' | 'firstMoment' | 'secondMoment' | 'average' | 'state'
const vectorNames: readonly VectorName[] = ['parameters', 'firstMoment', 'secondMoment', 'average', 'state']

const vectorsOf = (executor: Executor): readonly (readonly [VectorName, Float32Array])[] =>
  vectorNames.flatMap(name => {
    const values = executor[name]
    return values && values.length > 0 ? [[name, values] as const] : []
  })

/** JSON has no NaN and no infinity, which a reported part may be: they are written as strings, of which a state has no other. */
const stateText = (state: FitState) =>
  JSON.stringify(state, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
const stateOf = (text: string) =>
  JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? Number(value) : value)) as FitState

function checkpointBytes(executor: Executor, state: FitState, identity: TrainingIdentity): Uint8Array<ArrayBuffer> {
  const tensors: NamedTensor[] = vectorsOf(executor).map(([name, values]) => {
    if (!values.every(Number.isFinite))
      throw new EyesWasmError(
        'NON_FINITE',
        `checkpoint: ${name} is not finite after step ${state.step}. Lower the learning rate.`,
      )
    return { name, dtype: 'F32', shape: [values.length], data: values.slice() }
  })
  const metadata = {
    ...{ format, format_version: formatVersion, eyes_wasm: version },
    ...{ identity: JSON.stringify(identity), state: stateText(state) },
  }
  return serializeSafetensors(tensors, sealed(tensors, metadata))
}

interface Read {
  readonly identity: Partial<TrainingIdentity>
  readonly state: FitState
  readonly vectors: ReadonlyMap<string, NamedTensor>
}

async function readCheckpoint(path: string): Promise<Read> {
  const { tensors, metadata } = await readSafetensors(path)
  if (metadata.format !== format)
    throw inputError(`${path}: is no checkpoint of ParallelTrainer. Name the folder of one, or an empty one.`)
  if (metadata.format_version !== formatVersion)
    throw inputError(
      `${path}: checkpoint format ${printable(shorten(metadata.format_version ?? 'missing'))}, wanted ${formatVersion}. Go on with the version that wrote it.`,
    )
  checkSeal(tensors.values(), metadata, path)
  try {
    const identity = JSON.parse(metadata.identity ?? '') as TrainingIdentity
    const state = stateOf(metadata.state ?? '')
    const counts = [state.step, state.epoch, state.images]
    if (!counts.every(n => Number.isSafeInteger(n) && n >= 0) || state.history.length !== state.epoch)
      throw new Error('counts')
    return { identity, state, vectors: tensors }
  } catch {
    throw inputError(`${path}: its state cannot be read. Take an unchanged checkpoint.`)
  }
}

function checkIdentity({ identity }: Read, wanted: TrainingIdentity, path: string): void {
  const show = (value: unknown) => printable(shorten(String(value)))
  for (const key of Object.keys(words) as (keyof TrainingIdentity)[]) {
    if (identity[key] === wanted[key]) continue
    throw inputError(
      `${path}: was trained with another value of ${words[key]} (${show(identity[key])}, now ${show(wanted[key])}): it would not go on to the same bits. Put it back, or train anew in another folder.`,
    )
  }
}

function vectorOf({ vectors }: Read, name: VectorName, length: number, path: string): NamedTensor['data'] {
  const found = vectors.get(name)?.data
  if (found?.length === length) return found
  throw inputError(
    `${path}: ${name} has ${found?.length ?? 'no'} values, wanted ${length}. Take an unchanged checkpoint.`,
  )
}

export interface Saver {
  lock(): Promise<void>
  release(): Promise<void>
  /** @throws INPUT where there is a checkpoint already, which a new training would replace */
  checkVacant(): Promise<void>
  /** Puts the newest checkpoint's vectors into the executor; null where there is none. @throws INPUT for one of another training */
  restore(executor: Executor): Promise<FitState | null>
  callback(executor: Executor, state: FitState, every: number): FitCallback
  /** Writes what is newer than the last checkpoint. @throws STORAGE */
  save(executor: Executor, state: FitState): Promise<void>
}

/** @param onNotice told of a damaged checkpoint that was passed over */
export function openSaver(folder: string, given: TrainingIdentity, onNotice?: (text: string) => void): Saver {
  const identity = shortened(given)
  let lock: FolderLock | null = null
  let savedStep = -1

  async function save(executor: Executor, state: FitState): Promise<void> {
    if (state.step === savedStep) return
    await lock?.check()
    await saveLast(folder, checkpointBytes(executor, state, identity))
    savedStep = state.step
  }

  return {
    async lock() {
      await makeFolder(folder)
      await checkOwnFolder(folder)
      lock = await lockFolder(folder)
      await makeCheckpointFolder(folder)
      await removeAllTemporaries(folder)
    },
    async release() {
      await lock?.release()
    },
    async checkVacant() {
      const found = await newestCheckpoint(folder)
      if (found !== null)
        throw inputError(
          `fit: ${found} is a training's checkpoint already. Set resume to go on from it, or name another folder.`,
        )
    },
    async restore(executor) {
      const newest = await readNewest(folder, readCheckpoint)
      if (!newest) return null
      const { found, path } = newest
      checkIdentity(found, identity, path)
      // All of them before the first is written: what is refused leaves the trainer as it was.
      const pairs = vectorsOf(executor).map(
        ([name, values]) => [values, vectorOf(found, name, values.length, path)] as const,
      )
      await mendCheckpoints(folder, newest)
      const notice = noticeOf(newest)
      if (notice !== undefined) onNotice?.(notice)
      for (const [values, saved] of pairs) values.set(saved)
      savedStep = newest.found.state.step
      return newest.found.state
    },
    callback: (executor, state, every) => ({
      async onEpoch({ epoch }) {
        if (epoch % every === 0) await save(executor, state)
        return undefined
      },
    }),
    save,
  }
}
