// What is left of a trial when it has ended, and how that is read back: one JSON object, a line of the journal or a file of its own.
// Which files there are is sweep-folder.ts.
import { inputError } from '../../errors.js'
import { printable, show } from '../../quote.js'
import type { TrainSummary } from '../../training/types.js'

interface Ended {
  /** The trial's index and id. */
  readonly index: number
  readonly id: string
  /** SHA-256 of the sweep that it belongs to (expand.ts). */
  readonly sweep: string
  /** Run folder, relative to the sweep's folder, slashes forward; null where it was not even made. */
  readonly folder: string | null
  /** ISO 8601, UTC. */
  readonly date: string
}

export interface FinishedTrial extends Ended {
  readonly status: 'finished'
  readonly folder: string
  readonly summary: TrainSummary
  /** KL weight that it was trained with. */
  readonly klWeight: number
  /** Number of trainable parameters. */
  readonly parameters: number
  /** The images' SHA-256 and how they were named. */
  readonly dataSha256: string
  readonly data: string
}

export interface FailedTrial extends Ended {
  readonly status: 'failed'
  /** The error's code (errors.ts), or INTERNAL. */
  readonly code: string
  readonly message: string
}

export type TrialRecord = FinishedTrial | FailedTrial

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON has no Infinity: the PSNR of a perfect reconstruction is written as the word. */
const infinities: readonly unknown[] = ['Infinity', '-Infinity', 'NaN']

/** One line, without its end. */
export const recordText = (record: TrialRecord): string =>
  JSON.stringify(record, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )

const numberKeys = ['psnr', 'ssim', 'mse', 'imagesPerSecond', 'seconds', 'epochs', 'images', 'threads'] as const
const optionalKeys = ['psnrMean', 'ssimMean', 'mseMean', 'kl'] as const

const isNumber = (value: unknown) => typeof value === 'number'

/** Why a parsed text is no record of a trial, or null. */
function problemOf(value: unknown): string | null {
  if (!isObject(value)) return 'holds no object'
  if (!Number.isSafeInteger(value.index) || typeof value.id !== 'string' || typeof value.sweep !== 'string')
    return 'lacks index, id or sweep'
  if (value.status === 'failed')
    return typeof value.code === 'string' && typeof value.message === 'string' ? null : 'lacks code or message'
  const { summary } = value
  if (value.status !== 'finished' || !isObject(summary)) return 'lacks status or summary'
  // The folder is opened by this name: nothing but a folder of this sweep's own trials may stand there.
  if (typeof value.folder !== 'string' || !/^trials\/\w[\w.-]*$/.test(value.folder))
    return `has the folder ${show(value.folder)}`
  if (typeof value.dataSha256 !== 'string' || !isNumber(value.parameters))
    return 'lacks folder, dataSha256 or parameters'
  const missing = numberKeys.find(key => !isNumber(summary[key]))
  const wrong = optionalKeys.find(key => summary[key] !== undefined && !isNumber(summary[key]))
  if ((missing ?? wrong) !== undefined) return `lacks the number summary.${missing ?? wrong}`
  const { heldOut } = summary
  const isWhole = heldOut === undefined || (isObject(heldOut) && isNumber(heldOut.psnr) && isNumber(heldOut.ssim))
  return isWhole ? null : 'lacks the numbers of summary.heldOut'
}

/**
 * Reads one record.
 * @param who file and line, for messages
 * @throws INPUT when it is none, or belongs to another sweep
 */
export function parseRecord(text: string, who: string, sweep: string): TrialRecord {
  let value: unknown
  try {
    value = JSON.parse(text, (key, found: unknown) =>
      key !== 'id' && key !== 'message' && infinities.includes(found) ? Number(found) : found,
    )
  } catch (error) {
    throw inputError(`${who}: is not JSON, wanted a trial's record. Remove it to run that trial again.`, error)
  }
  const problem = problemOf(value)
  if (problem !== null)
    throw inputError(`${who}: ${problem}, wanted a trial's record. Remove it to run that trial again.`)
  const record = value as TrialRecord
  if (record.sweep === sweep) return record
  throw inputError(
    `${who}: belongs to the sweep ${printable(record.sweep.slice(0, 12))}, wanted ${sweep.slice(0, 12)}. Take the file out of this folder.`,
  )
}
