// What a run leaves behind on disk: config.json, history.csv, checkpoints, model.safetensors, loss.svg, reconstructions.png (augmented.png
// where images are flipped or shifted) and, last,
// summary.json, whose presence says that the rest is complete. One process at a time has it open. Training itself happens elsewhere.
import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPicturesPossible } from '../data/sharp.js'
import { weightsFile } from '../formats/pytorch.js'
import { toJson } from '../formats/json.js'
import { readTextFile } from '../input-file.js'
import { lossChart } from '../report/loss-chart.js'
import type { Heads } from '../models/spec.js'
import { version } from '../version.js'
import {
  countCheckpoints,
  makeCheckpointFolder,
  mendCheckpoints,
  removeAllTemporaries,
  saveBest,
  saveLast,
  type LoadedCheckpoint,
} from './checkpoint-folder.js'
import { checkpointBytes, checkpointFile, type RunIdentity } from './checkpoint.js'
import { lockFile, lockFolder, type FolderLock } from './lock.js'
import type { RunConfig } from './run-config.js'
import type { CheckpointTarget } from './saver.js'
import type { TrainedModel } from './session.js'
import { bottleneck } from './presets.js'
import type { Snapshot } from './state.js'
import {
  appendToFile,
  checkRoom,
  checkVacant,
  makeFolder,
  makeNumberedFolder,
  storageError,
  writeFileWhole,
} from './storage.js'
import type { Callback, EpochRecord, LossName, TrainConfig, TrainSummary } from './types.js'

/** Names inside a run folder. */
export const runFiles = {
  config: 'config.json',
  history: 'history.csv',
  checkpoints: 'checkpoints',
  weights: 'model.safetensors',
  summary: 'summary.json',
  lossChart: 'loss.svg',
  reconstructions: 'reconstructions.png',
  augmented: 'augmented.png',
} as const

const historyColumns = ['epoch', 'loss', 'mse', 'kl', 'seconds', 'images_per_second'] as const
/** Where images are held out. */
const heldOutColumns = ['val_loss', 'val_mse', 'val_kl'] as const

/** One line of history.csv. Losses in full precision (a run's history is compared to the last bit), times rounded. */
export function historyRow(record: EpochRecord): string {
  const { epoch, loss, mse, kl, seconds, imagesPerSecond, valLoss, valMse, valKl } = record
  const heldOut = valLoss === undefined ? [] : [valLoss, valMse, valKl]
  return [epoch, loss, mse, kl, seconds.toFixed(4), imagesPerSecond.toFixed(2), ...heldOut].join(',') + '\n'
}

type Geometry = Pick<TrainConfig, 'model' | 'kernel' | 'stride' | 'padding'> & Partial<Pick<TrainConfig, 'latent'>>

/** e.g. `ae-k3s1p1`, or with a bottleneck `vae-k4s2p2-n64`. */
export const runName = ({ model, kernel, stride, padding, latent = 0 }: Geometry) =>
  `${model}-k${kernel}s${stride}p${padding}${latent > 0 ? `-n${latent}` : ''}`

interface TitleOptions {
  readonly heads?: Heads | undefined
  readonly loss?: LossName | undefined
}

/**
 * e.g. `AE (3, 1, 1)`, as the report writes its geometries, or with a bottleneck `VAE-64 (4, 2, 2)`; heads and loss are named where they are
 * not the report's: `VAE (5, 1, 2), linear heads, l1`. A bottleneck's heads are always linear, and its usual loss is its own.
 */
export function runTitle(options: Geometry & TitleOptions): string {
  const { model, kernel, stride, padding, latent = 0, heads = 'relu' } = options
  const usualLoss = latent > 0 ? bottleneck.loss : 'mse'
  const { loss = usualLoss } = options
  const name = `${model.toUpperCase()}${latent > 0 ? `-${latent}` : ''} (${kernel}, ${stride}, ${padding})`
  const namesHeads = model === 'vae' && heads !== 'relu' && latent === 0
  return [name, ...(namesHeads ? [`${heads} heads`] : []), ...(loss === usualLoss ? [] : [loss])].join(', ')
}

const json = (value: unknown) => toJson(value, 2) + '\n'

/** Of a summary.json; ours has 500 bytes. */
const mostBytes = 100_000

const summaryNumbers = ['epochs', 'images', 'threads', 'psnr', 'ssim', 'mse', 'imagesPerSecond', 'seconds'] as const

/** A number as `json` writes it: those that JSON has not are their names. */
const revived = (_: string, value: unknown) =>
  typeof value === 'string' && ['Infinity', '-Infinity', 'NaN'].includes(value) ? Number(value) : value

function parseSummary(text: string, weightsSha256: string): TrainSummary | null {
  try {
    const found = JSON.parse(text, revived) as TrainSummary | null
    const isWhole = summaryNumbers.every(key => typeof found?.[key] === 'number')
    return isWhole && found?.weightsSha256 === weightsSha256 ? found : null
  } catch {
    return null
  }
}

/** What is there to write when training has ended. */
export interface RunResults {
  readonly config: TrainConfig
  readonly model: TrainedModel
  readonly history: readonly EpochRecord[]
  readonly summary: TrainSummary
  /** The PNG of originals above reconstructions. */
  readonly reconstructions: Uint8Array
  /** The PNG of images as they were trained on; null where they were not changed. */
  readonly augmented: Uint8Array | null
}

/** history.csv of the epochs so far. */
export const historyText = (history: readonly EpochRecord[], { valSplit }: Pick<TrainConfig, 'valSplit'>) =>
  [...historyColumns, ...(valSplit > 0 ? heldOutColumns : [])].join(',') + '\n' + history.map(historyRow).join('')

/** A run's folder, open and locked. Every method throws STORAGE when the disk is full, unwritable or the folder gone. */
export class RunFolder {
  private constructor(
    readonly path: string,
    private readonly lock: FolderLock,
  ) {}

  /**
   * Makes the folder (`out` as named, or numbered when `numbered` and it exists) with config.json and an empty history.csv.
   * @throws INPUT when another process has it or something is in it; STORAGE
   */
  static async create(
    out: string,
    numbered: boolean,
    config: RunConfig,
    parameterCount: number,
    who: string,
  ): Promise<RunFolder> {
    checkPicturesPossible()
    const path = numbered ? await makeNumberedFolder(out) : await makeFolder(out)
    const folder = await RunFolder.open(path)
    try {
      await checkVacant(path, who, [lockFile])
      await folder.begin(config, parameterCount)
      return folder
    } catch (error) {
      await folder.close()
      throw error
    }
  }

  /** Locks a folder that is there. @throws INPUT when another process has it; STORAGE */
  static async open(path: string): Promise<RunFolder> {
    checkPicturesPossible()
    return new RunFolder(path, await lockFolder(path))
  }

  /** What a run's folder has before its first step. */
  async begin(config: RunConfig, parameterCount: number): Promise<void> {
    await this.checkRoom(parameterCount, config.options.epochs)
    // First: a killed process leaves an empty folder, or a run that can be resumed.
    await writeFileWhole(this.file('config'), json(config))
    await writeFileWhole(this.file('history'), historyText([], config.options))
    await makeCheckpointFolder(this.path)
    await removeAllTemporaries(this.path)
  }

  /** False where it was removed meanwhile. */
  isThere(): Promise<boolean> {
    return access(this.file('config')).then(
      () => true,
      () => false,
    )
  }

  /** Gives the folder free for other processes. */
  close(): Promise<void> {
    return this.lock.release()
  }

  /**
   * Makes the folder what it was at a checkpoint, for the run to go on: what a killed process left half-written and the epochs after the
   * checkpoint go, and summary.json, as the results are not complete any more.
   */
  async rewind(config: object, loaded: LoadedCheckpoint): Promise<void> {
    const { config: options, snapshot } = loaded.checkpoint
    // First, because it may refuse the folder, which is then left as it was.
    await mendCheckpoints(this.path, loaded)
    const summary = this.file('summary')
    await rm(summary, { force: true }).catch((error: unknown) => {
      throw storageError(summary, error)
    })
    await writeFileWhole(this.file('config'), json(config))
    await writeFileWhole(this.file('history'), historyText(snapshot.state.history, options))
  }

  /** @throws STORAGE unless there is room for `last`, `previous`, `best` and the one being written: those that are there need none. */
  async checkRoom(parameterCount: number, epochs: number): Promise<void> {
    const files = 4 - (await countCheckpoints(this.path))
    await checkRoom(
      this.path,
      files * checkpointBytes(parameterCount, epochs),
      files === 1 ? 'a checkpoint' : `${files} checkpoints`,
    )
  }

  /** Where a saver puts the snapshots of this run. The lock is looked at before each is written. */
  checkpoints(identity: RunIdentity): CheckpointTarget {
    const write = (save: typeof saveLast) => async (snapshot: Snapshot) => {
      const bytes = checkpointFile(identity, snapshot)
      await this.lock.check()
      await save(this.path, bytes)
    }
    return { saveLast: write(saveLast), saveBest: write(saveBest) }
  }

  /** What summary.json says, or null where there is none or it is not of these weights. */
  async readSummary(weightsSha256: string): Promise<TrainSummary | null> {
    const text = await readTextFile(this.file('summary'), mostBytes, 'the summary.json of a run').catch(() => null)
    return text === null ? null : parseSummary(text, weightsSha256)
  }

  /** Appends each finished epoch to history.csv before the next one starts. */
  readonly historyCallback: Callback = {
    onEpoch: async epoch => {
      await appendToFile(this.file('history'), historyRow(epoch))
      return undefined
    },
  }

  /** The weights alone, as soon as there are any: what follows takes time and may fail. */
  async writeWeights(model: TrainedModel): Promise<void> {
    await writeFileWhole(this.file('weights'), weightsFile(model, version))
  }

  /** Pictures first, summary.json last. A run that ended before its first epoch has no loss to draw. */
  async writeResults({ config, history, summary, reconstructions, augmented }: RunResults): Promise<void> {
    if (history.length > 0) {
      const what = config.valSplit > 0 ? 'Training and held-out loss' : 'Training loss'
      const title = `${what} per epoch: ${runTitle(config)}`
      await writeFileWhole(this.file('lossChart'), await lossChart(history, title))
    }
    await writeFileWhole(this.file('reconstructions'), reconstructions)
    if (augmented) await writeFileWhole(this.file('augmented'), augmented)
    await writeFileWhole(this.file('summary'), json(summary))
  }

  private file(name: keyof typeof runFiles): string {
    return join(this.path, runFiles[name])
  }
}
