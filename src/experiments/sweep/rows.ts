// From the records of trials to the rows of a table: one for each setting, over its seeds, beside what the report has for its geometry.
import type { ModelKind } from '../../models/spec.js'
import { publishedQuality, type PublishedQuality } from '../../report/published.js'
import { resolveOptions } from '../../training/options.js'
import type { TrainConfig } from '../../training/types.js'
import { statistic, type Statistic } from '../statistics.js'
import type { SweepPlan, Trial } from './expand.js'
import type { FailedTrial, FinishedTrial, TrialRecord } from './records.js'

/** A trial and what became of it; null where it has not ended. */
export interface TrialOutcome {
  readonly trial: Trial
  readonly record: TrialRecord | null
}

/** One setting: mean and spread over the trials that finished. A statistic is null where none did, or the model has no such value. */
export interface SweepRow {
  /** e.g. `(3, 1, 1), lr 0.001` */
  readonly label: string
  readonly model: ModelKind
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly outcomes: readonly TrialOutcome[]
  readonly parameters: number | null
  readonly epochs: number | null
  readonly images: number | null
  /** PSNR in dB, SSIM, MSE on [-1, 1]: of a VAE with its noise drawn. These stand beside the report's. */
  readonly psnr: Statistic | null
  readonly ssim: Statistic | null
  readonly mse: Statistic | null
  /**
   * What the report's "MSE loss" is compared with: AE the MSE; VAE the whole training loss, mse + klWeight x mean KL. null where a VAE was trained
   * with another loss, or with free bits: it is then not the sum of what was measured.
   */
  readonly loss: Statistic | null
  /** VAE: mean KL divergence, unweighted, in nats an element. */
  readonly kl: Statistic | null
  /** VAE, decoded from the mean. */
  readonly psnrMean: Statistic | null
  readonly ssimMean: Statistic | null
  readonly mseMean: Statistic | null
  /** On held-out images, a VAE's with its noise drawn; null where none were held out. */
  readonly heldOutPsnr: Statistic | null
  readonly heldOutSsim: Statistic | null
  readonly imagesPerSecond: Statistic | null
  readonly seconds: Statistic | null
  readonly report: PublishedQuality | null
  /** Ours minus the report's, of the means. */
  readonly difference: { readonly psnr: number; readonly ssim: number; readonly loss: number | null } | null
}

const isFinished = (record: TrialRecord | null): record is FinishedTrial => record?.status === 'finished'
/** A whole sweep, as far as it is known. */
export interface SweepResult {
  readonly name: string
  readonly sha256: string
  /** Absolute path. Run folders are `join(folder, record.folder)`. */
  readonly folder: string
  readonly trials: readonly TrialOutcome[]
  readonly rows: readonly SweepRow[]
  /** What a reader of the table has to know, a sentence or two each. */
  readonly notes: readonly string[]
  readonly failed: readonly FailedTrial[]
  /** Indices of trials that have not ended. */
  readonly missing: readonly number[]
}

const isFailed = (record: TrialRecord | null): record is FailedTrial => record?.status === 'failed'

export const finishedOf = (outcomes: readonly TrialOutcome[]) => outcomes.map(({ record }) => record).filter(isFinished)
export const failedOf = (outcomes: readonly TrialOutcome[]) => outcomes.map(({ record }) => record).filter(isFailed)

export const outcomesOf = ({ trials }: SweepPlan, records: ReadonlyMap<number, TrialRecord>): TrialOutcome[] =>
  trials.map(trial => ({ trial, record: records.get(trial.index) ?? null }))

/** The whole training loss of a model, where it is made of what was measured. */
const lossOf = ({ summary, klWeight }: FinishedTrial, { loss, freeBits }: Pick<TrainConfig, 'loss' | 'freeBits'>) => {
  if (summary.kl === undefined) return summary.mse
  return loss === 'mse' && freeBits === 0 ? summary.mse + klWeight * summary.kl : undefined
}

/** A value that all finished trials have in common, or null. */
function common(values: readonly number[]): number | null {
  const [first] = values
  return first !== undefined && values.every(value => value === first) ? first : null
}

function rowOf(outcomes: readonly TrialOutcome[]): SweepRow {
  const { label, options } = outcomes[0]!.trial
  const { settings } = resolveOptions(options)
  const { model, kernel, stride, padding, latent } = settings
  const finished = finishedOf(outcomes)
  const of = (value: (record: FinishedTrial) => number | undefined) =>
    statistic(finished.map(value).filter(found => found !== undefined))
  const report = publishedQuality({ kind: model, kernel, stride, padding, latent }) ?? null
  const [psnr, ssim, loss] = [
    of(({ summary }) => summary.psnr),
    of(({ summary }) => summary.ssim),
    of(record => lossOf(record, settings)),
  ]
  return {
    label,
    model,
    kernel,
    stride,
    padding,
    outcomes,
    parameters: common(finished.map(({ parameters }) => parameters)),
    epochs: common(finished.map(({ summary }) => summary.epochs)),
    images: common(finished.map(({ summary }) => summary.images)),
    psnr,
    ssim,
    mse: of(({ summary }) => summary.mse),
    loss,
    kl: of(({ summary }) => summary.kl),
    psnrMean: of(({ summary }) => summary.psnrMean),
    ssimMean: of(({ summary }) => summary.ssimMean),
    mseMean: of(({ summary }) => summary.mseMean),
    heldOutPsnr: of(({ summary }) => summary.heldOut?.psnr),
    heldOutSsim: of(({ summary }) => summary.heldOut?.ssim),
    imagesPerSecond: of(({ summary }) => summary.imagesPerSecond),
    seconds: of(({ summary }) => summary.seconds),
    report,
    difference:
      report && psnr && ssim
        ? {
            psnr: psnr.mean - report.psnr,
            ssim: ssim.mean - report.ssim,
            loss: loss && loss.mean - report.mse,
          }
        : null,
  }
}

/** One row a setting, in the order of the sweep. */
export function sweepRows(outcomes: readonly TrialOutcome[]): SweepRow[] {
  const settings = new Map<number, TrialOutcome[]>()
  for (const outcome of outcomes) {
    const { setting } = outcome.trial
    settings.set(setting, [...(settings.get(setting) ?? []), outcome])
  }
  return [...settings.values()].map(rowOf)
}
