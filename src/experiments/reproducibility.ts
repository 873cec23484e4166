// The runs whose weights are published: small trainings with every option written out, and the SHA-256 that each has on every machine,
// engine, number of threads and vector mode. The hashes stand here and nowhere else; the README's are made from these.
// Trains as `train` does and writes no file. Not here: what is printed (cli/doctor-reproduce.ts).
import { EyesWasmError } from '../errors.js'
import type { TrainOptions } from '../training/options.js'
import { runTitle } from '../training/run-folder.js'
import { train, type RunOutcome } from '../training/run.js'
import type { Recipe, TrainSummary } from '../training/types.js'

/** Every option of `train` but the threads, on which nothing depends, and what goes beyond the report, which is off (training/presets.ts). */
export type WrittenOut = {
  readonly [K in Exclude<keyof TrainOptions, 'threads' | 'size' | 'preset' | 'latent' | keyof Recipe>]-?: Exclude<
    TrainOptions[K],
    undefined
  >
} & { readonly size: number }

export interface PublishedRun {
  readonly options: WrittenOut
  /** Of the trained weights, as in summary.json: float32, little-endian, PyTorch's layout and order. */
  readonly weightsSha256: string
}

/** `null` and `true` are what leaving out `--data`, `--init` and `--no-shuffle` means. */
const common = {
  kernel: 3,
  stride: 1,
  padding: 1,
  epochs: 3,
  batch: 16,
  lr: 0.001,
  loss: 'mse',
  klWeight: 1,
  seed: 0,
  data: null,
  onBadImage: 'fail',
  size: 50,
  limit: 32,
  init: null,
  shuffle: true,
} as const

export const publishedRuns: readonly PublishedRun[] = [
  {
    options: { model: 'ae', ...common },
    weightsSha256: '6d01bb2a84ea6043de46b09df59400711d99366a7cc5c214c28c859fd0a40a33',
  },
  {
    options: { model: 'vae', ...common },
    weightsSha256: '62f638580edf2e73a1cd6a11fc805841e7fee8b9f654d676a060e18c7e48deb2',
  },
]

/** One published run, computed again. */
export interface Reproduction {
  /** e.g. `AE (3, 1, 1)`. */
  readonly name: string
  /** Worker threads that trained: at most one a micro-batch, whatever was asked for. */
  readonly threads: number
  /** Wall time of the training loop. */
  readonly seconds: number
  readonly weightsSha256: string
  readonly published: string
  readonly isEqual: boolean
  readonly options: WrittenOut
}

export interface ReproduceOptions {
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called before each run. */
  readonly onRun?: (name: string) => void
  /** The runs to compute; all that are published by default. */
  readonly runs?: readonly PublishedRun[]
}

/** What was measured. @throws ABORTED for a run that did not come to its end */
function summaryOf({ summary, stopped = 'stopped' }: RunOutcome, name: string): TrainSummary {
  if (summary !== null) return summary
  throw new EyesWasmError('ABORTED', `${name}: ${stopped}, wanted all its epochs. Nothing was written; run it again.`)
}

/**
 * Trains each published run on this machine, one after the other, and says whether its weights are the published ones.
 * @throws what `train` throws; ABORTED when `signal` comes before the end
 */
export async function reproduce(options: ReproduceOptions = {}): Promise<Reproduction[]> {
  const { threads, signal, onRun, runs = publishedRuns } = options
  const done: Reproduction[] = []
  for (const { options: written, weightsSha256: published } of runs) {
    const name = runTitle(written)
    onRun?.(name)
    const outcome = await train({ ...written, threads, signal })
    const { weightsSha256, seconds, threads: used } = summaryOf(outcome, name)
    const isEqual = weightsSha256 === published
    done.push({ name, threads: used, seconds, weightsSha256, published, isEqual, options: written })
  }
  return done
}

/** @throws IRREPRODUCIBLE naming each run whose weights are others than the published ones */
export function checkReproduced(runs: readonly Reproduction[]): void {
  const different = runs.filter(({ isEqual }) => !isEqual)
  if (different.length === 0) return
  const details = different.map(
    ({ name, weightsSha256, published }) => `${name}: weights have SHA-256 ${weightsSha256}, wanted ${published}`,
  )
  throw new EyesWasmError(
    'IRREPRODUCIBLE',
    `${details.join('; ')}. See 'eyes-wasm doctor' for this machine's kernels, try EYES_WASM_REVECTORIZE=0, and report this line.`,
  )
}
