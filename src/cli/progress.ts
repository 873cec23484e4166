// Live progress on stderr: one bar that redraws itself on a terminal, one plain line an epoch elsewhere. Knows nothing of training but
// its step and epoch records. Own instead of a library: the kept ones bring 20 packages or have been idle for years.
import colours from 'picocolors'
import type { DataHooks } from '../data/dataset.js'
import { printableLines } from '../quote.js'
import type { Answer, EpochRecord, StepRecord } from '../training/types.js'

/** What progress needs of `process.stderr`. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressOptions {
  /** Nothing at all is written. */
  readonly quiet?: boolean
  readonly environment?: NodeJS.ProcessEnv
  /** Milliseconds since some moment. */
  readonly now?: () => number
}

/** A callback that only looks on. */
export interface TrainingView {
  onStep?(step: StepRecord): Answer
  onEpoch?(epoch: EpochRecord): Answer
}

export interface Progress {
  /** Images decoded so far; a bar on a terminal, nothing elsewhere. */
  decoding(done: number, total: number): void
  /** Shows steps and epochs of a training over `epochs` epochs. */
  training(epochs: number): TrainingView
  /** A short word on what happens now (`measuring`); on a terminal only, gone with the next one. */
  status(text: string): void
  /** Lines that stay. */
  print(...lines: string[]): void
  /** As `print`, but also where progress is not wanted. */
  warn(...lines: string[]): void
  /** Clears the bar and gives the cursor back. */
  close(): void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const clearLine = '\r\x1b[K'
const redrawMilliseconds = 80
const barWidths = { least: 8, most: 30 }

/** 61 -> `1:01`, 3661 -> `1:01:01`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

const formatLoss = (loss: number) => loss.toPrecision(4)

/** A line's texts: the first always stays, the others go one by one, the last first, where the terminal is too narrow. */
export interface ProgressLine {
  readonly fraction: number
  readonly texts: readonly string[]
}

/** The line in at most `columns - 1` characters (a full row would wrap); the bar takes the room that the texts leave. */
export function layoutLine({ fraction, texts }: ProgressLine, columns: number, unicode: boolean) {
  const room = Math.max(1, columns - 1)
  const kept = [...texts]
  while (kept.length > 1 && kept.join('  ').length > room) kept.pop()
  const [first = '', ...rest] = kept
  const left = room - kept.join('  ').length - 2
  const width = left < barWidths.least ? 0 : Math.min(barWidths.most, left)
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width)
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-']
  return {
    first: first.slice(0, room),
    filled: full.repeat(filled),
    empty: empty.repeat(width - filled),
    rest: rest.join('  '),
  }
}

/** UTF-8 by the locale; Windows and macOS terminals have it. */
function hasUnicode(environment: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true
  const locale = [environment.LC_ALL, environment.LC_CTYPE, environment.LANG].find(
    value => value !== undefined && value !== '',
  )
  return /utf-?8/i.test(locale ?? '')
}

/** The one line at the bottom of a terminal. */
function liveLine(stream: ProgressStream, environment: NodeJS.ProcessEnv, now: () => number) {
  const colour = colours.createColors(environment.NO_COLOR === undefined || environment.NO_COLOR === '')
  const unicode = hasUnicode(environment)
  let isShown = false
  let lastDrawn = -Infinity
  const restore = () => {
    if (isShown) stream.write(clearLine + showCursor)
    isShown = false
    process.off('exit', restore)
  }
  const draw = (line: ProgressLine, force = false) => {
    if (!force && now() - lastDrawn < redrawMilliseconds) return
    lastDrawn = now()
    if (!isShown) {
      stream.write(hideCursor)
      // Also when the process ends on its own account: a hidden cursor would outlive it.
      process.once('exit', restore)
      isShown = true
    }
    const { first, filled, empty, rest } = layoutLine(line, stream.columns ?? 80, unicode)
    const bar = filled + empty === '' ? '' : `  ${colour.cyan(filled)}${colour.dim(empty)}`
    stream.write(clearLine + colour.bold(first) + bar + (rest === '' ? '' : `  ${rest}`))
  }
  return { draw, restore }
}

/** Keeps count of a training: rate within the epoch, time left over all of it. */
function trainingTracker(epochs: number, now: () => number) {
  /** When the first step seen began, and how much of the training was done by then: a resumed run begins in the middle. */
  let first: { readonly at: number; readonly fraction: number } | undefined
  let epochImages = 0
  let epochSeconds = 0
  return (record: StepRecord, heldOut: number | undefined): ProgressLine => {
    if (record.step === 1) epochImages = epochSeconds = 0
    epochImages += record.images
    epochSeconds += record.seconds
    const fraction = (record.epoch - 1 + record.step / record.stepsPerEpoch) / epochs
    first ??= { at: now() - record.seconds * 1000, fraction: fraction - 1 / record.stepsPerEpoch / epochs }
    const left = ((now() - first.at) / 1000) * ((1 - fraction) / (fraction - first.fraction))
    const rate = epochSeconds > 0 ? epochImages / epochSeconds : 0
    const texts = [
      `epoch ${record.epoch}/${epochs}`,
      `loss ${formatLoss(record.loss)}`,
      ...(heldOut === undefined ? [] : [`held out ${formatLoss(heldOut)}`]),
      `${formatDuration(left)} left`,
      `${rate.toFixed(0)} images/s`,
    ]
    return { fraction, texts }
  }
}

function epochLine(
  { epoch, loss, mse, kl, imagesPerSecond, valLoss }: EpochRecord,
  epochs: number,
  secondsLeft: number,
): string {
  const parts = kl === 0 ? '' : `  mse ${formatLoss(mse)}  kl ${formatLoss(kl)}`
  const heldOut = valLoss === undefined ? '' : `  held out ${formatLoss(valLoss)}`
  return `epoch ${epoch}/${epochs}  loss ${formatLoss(loss)}${parts}${heldOut}  ${imagesPerSecond.toFixed(0)} images/s  ${formatDuration(secondsLeft)} left`
}

const silentProgress = (stream: ProgressStream): Progress => ({
  decoding: () => undefined,
  training: () => ({}),
  status: () => undefined,
  print: () => undefined,
  warn: (...lines) => writeLines(stream, lines),
  close: () => undefined,
})

/** Lines may repeat what a file says: nothing in them may move the cursor. */
function writeLines(stream: ProgressStream, lines: readonly string[]): void {
  for (const line of lines) stream.write(printableLines(line) + '\n')
}

/** What reading images and models tells a command's user. */
export const dataHooks = (progress: Progress) =>
  ({
    onData: (done, total) => progress.decoding(done, total),
    onSkip: line => progress.warn(line),
    onNotice: (text: string) => progress.warn(text),
  }) satisfies DataHooks & { onNotice: (text: string) => void }

function terminalProgress(stream: ProgressStream, environment: NodeJS.ProcessEnv, now: () => number): Progress {
  const { draw, restore } = liveLine(stream, environment, now)
  const print = (...lines: string[]) => {
    restore()
    writeLines(stream, lines)
  }
  let decodingStarted: number | undefined
  return {
    decoding(done, total) {
      decodingStarted ??= now()
      const left = done > 0 ? ((now() - decodingStarted) / 1000) * (total / done - 1) : 0
      const texts = [`decoding images ${done}/${total}`, `${formatDuration(left)} left`]
      draw({ fraction: total > 0 ? done / total : 1, texts }, done === total)
    },
    training(epochs) {
      const track = trainingTracker(epochs, now)
      let heldOut: number | undefined
      return {
        onEpoch: ({ valLoss }) => {
          heldOut = valLoss
          return undefined
        },
        onStep: record => {
          draw(track(record, heldOut), record.step === record.stepsPerEpoch)
          return undefined
        },
      }
    },
    status: text => draw({ fraction: 0, texts: [text] }, true),
    print,
    warn: print,
    close: restore,
  }
}

function plainProgress(stream: ProgressStream, now: () => number): Progress {
  return {
    decoding: () => undefined,
    training(epochs) {
      let first: { readonly at: number; readonly epoch: number } | undefined
      return {
        onEpoch: record => {
          first ??= { at: now() - record.seconds * 1000, epoch: record.epoch - 1 }
          const left = ((now() - first.at) / 1000) * ((epochs - record.epoch) / (record.epoch - first.epoch))
          stream.write(epochLine(record, epochs, left) + '\n')
          return undefined
        },
      }
    },
    status: () => undefined,
    print: (...lines) => writeLines(stream, lines),
    warn: (...lines) => writeLines(stream, lines),
    close: () => undefined,
  }
}

/** Progress as the stream allows: a live bar on a terminal that can redraw, plain lines elsewhere. */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): Progress {
  const { quiet = false, environment = process.env, now = () => performance.now() } = options
  if (quiet) return silentProgress(stream)
  const isLive = stream.isTTY === true && environment.TERM !== 'dumb'
  return isLive ? terminalProgress(stream, environment, now) : plainProgress(stream, now)
}
