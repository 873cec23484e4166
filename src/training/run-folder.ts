// What a run leaves behind on disk: config.json, history.csv, model.safetensors, loss.svg, reconstructions.png and, last, summary.json,
// whose presence says that the rest is complete. Training itself happens elsewhere; no checkpoints here.
import { join } from 'node:path'
import { checkPicturesPossible } from '../data/sharp.js'
import { weightsFile } from '../formats/pytorch.js'
import { toJson } from '../formats/json.js'
import { lossChart } from '../report/loss-chart.js'
import { version } from '../version.js'
import type { RunConfig } from './run-config.js'
import type { TrainedModel } from './session.js'
import { appendToFile, makeFolder, makeNumberedFolder, writeFileWhole } from './storage.js'
import type { Callback, EpochRecord, TrainConfig, TrainSummary } from './types.js'

/** Names inside a run folder. */
export const runFiles = {
  config: 'config.json',
  history: 'history.csv',
  weights: 'model.safetensors',
  summary: 'summary.json',
  lossChart: 'loss.svg',
  reconstructions: 'reconstructions.png',
} as const

const historyColumns = ['epoch', 'loss', 'mse', 'kl', 'seconds', 'images_per_second'] as const

/** One line of history.csv. Losses in full precision (a run's history is compared to the last bit), times rounded. */
export function historyRow({ epoch, loss, mse, kl, seconds, imagesPerSecond }: EpochRecord): string {
  return [epoch, loss, mse, kl, seconds.toFixed(4), imagesPerSecond.toFixed(2)].join(',') + '\n'
}

/** e.g. `ae-k3s1p1`. */
export const runName = ({
  model,
  kernel,
  stride,
  padding,
}: Pick<TrainConfig, 'model' | 'kernel' | 'stride' | 'padding'>) => `${model}-k${kernel}s${stride}p${padding}`

/** e.g. `AE (3, 1, 1)`, as the report writes its geometries. */
export const runTitle = ({
  model,
  kernel,
  stride,
  padding,
}: Pick<TrainConfig, 'model' | 'kernel' | 'stride' | 'padding'>) =>
  `${model.toUpperCase()} (${kernel}, ${stride}, ${padding})`

const json = (value: unknown) => toJson(value, 2) + '\n'

/** What is there to write when training has ended. */
export interface RunResults {
  readonly config: TrainConfig
  readonly model: TrainedModel
  readonly history: readonly EpochRecord[]
  readonly summary: TrainSummary
  /** The PNG of originals above reconstructions. */
  readonly reconstructions: Uint8Array
}

/** A run's folder, open for its results. Every method throws STORAGE when the disk is full, unwritable or the folder gone. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /** Makes the folder (`out` as named, or numbered when `numbered` and it exists) with config.json and an empty history.csv. */
  static async create(out: string, numbered: boolean, config: RunConfig): Promise<RunFolder> {
    checkPicturesPossible()
    const folder = new RunFolder(numbered ? await makeNumberedFolder(out) : await makeFolder(out))
    await writeFileWhole(folder.file('config'), json(config))
    await writeFileWhole(folder.file('history'), historyColumns.join(',') + '\n')
    return folder
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
  async writeResults({ config, history, summary, reconstructions }: RunResults): Promise<void> {
    if (history.length > 0) {
      const title = `Training loss per epoch: ${runTitle(config)}`
      await writeFileWhole(this.file('lossChart'), await lossChart(history, title))
    }
    await writeFileWhole(this.file('reconstructions'), reconstructions)
    await writeFileWhole(this.file('summary'), json(summary))
  }

  private file(name: keyof typeof runFiles): string {
    return join(this.path, runFiles[name])
  }
}
