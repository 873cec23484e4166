// From what a command line names (run folders, weights files, a data source) to models and images in memory. Reads files, writes none.
import { basename, resolve } from 'node:path'
import type { Dataset } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { inputError } from '../errors.js'
import { openModel, type ApplyHooks } from '../training/apply.js'
import { resolveOptions, type TrainOptions } from '../training/options.js'
import { runTitle } from '../training/run-folder.js'
import type { TrainedModel } from '../training/session.js'
import type { NamedModel } from './study.js'

export interface OpenRunsOptions extends Pick<TrainOptions, 'data' | 'onBadImage' | 'seed'> {
  readonly signal?: AbortSignal | undefined
}

export interface OpenedRuns {
  readonly models: readonly NamedModel[]
  readonly dataset: Dataset
  /** Whether the images are generated eyes, and of each run, whether it says that it was trained on nothing else. */
  readonly generated: { readonly images: boolean; readonly runs: readonly boolean[] }
  /** The option, else the first run's. */
  readonly seed: number
}

/** A model, and what its run folder says of its training; a weights file says nothing. */
interface Opened {
  readonly model: TrainedModel
  readonly options: Pick<TrainOptions, 'loss'>
}

/** e.g. `AE (3, 1, 1)`, `VAE (5, 1, 2), linear heads, l1`. */
export const modelLabel = ({ model: { spec }, options }: Opened) =>
  runTitle({ ...spec, model: spec.kind, loss: options.loss })

/** Models of one title also carry what the user called them. */
function named(opened: readonly Opened[], runs: readonly string[]): NamedModel[] {
  const titles = opened.map(modelLabel)
  return opened.map(({ model }, index) => {
    const title = titles[index]!
    const isAlone = titles.filter(other => other === title).length === 1
    return { model, label: isAlone ? title : `${title} ${basename(resolve(runs[index]!))}` }
  })
}

/**
 * Opens models and the images to show: those of `data`, else the ones that the first run was trained on, else generated eyes.
 * @param runs run folders, or weights files that say their geometry themselves; at least one
 * @throws INPUT when something is missing, malformed, or the models take pictures of different sizes; ABORTED
 */
export async function openRuns(
  runs: readonly string[],
  options: OpenRunsOptions,
  { name = key => key, onData, onSkip, onNotice }: ApplyHooks = {},
): Promise<OpenedRuns> {
  const opened = []
  for (const run of runs) opened.push(await openModel({ model: run }, name, onNotice))
  const first = opened[0]!
  const { height, width } = first.model.spec
  opened.forEach(({ model: { spec } }, index) => {
    if (spec.height === height && spec.width === width) return
    throw inputError(
      `${runs[index]!}: takes pictures of ${spec.height}x${spec.width}, wanted ${height}x${width} as ${runs[0]!}. Compare models of one picture size.`,
    )
  })
  const { settings } = resolveOptions(
    {
      data: options.data === undefined ? first.options.data : options.data,
      onBadImage: options.onBadImage ?? (options.data === undefined ? first.options.onBadImage : undefined),
      seed: options.seed ?? first.options.seed,
    },
    name,
  )
  const dataset = await loadDataset(settings.data, {
    size: { height, width },
    onBadImage: settings.onBadImage,
    onProgress: onData,
    onSkip,
    signal: options.signal,
  })
  return {
    models: named(opened, runs),
    dataset,
    generated: {
      images: settings.data === null,
      runs: opened.map(({ options: { data, init } }) => data === null && (init ?? null) === null),
    },
    seed: settings.seed,
  }
}

/**
 * The one model of a study that only a VAE can be asked for.
 * @throws INPUT for an autoencoder, naming it
 */
export function checkIsVae(command: string, { label, model }: NamedModel, reason: string): void {
  if (model.spec.kind === 'vae') return
  throw inputError(
    `${command}: ${label} is an autoencoder, wanted a VAE: ${reason}. Train one with: eyes-wasm train --model vae`,
  )
}
