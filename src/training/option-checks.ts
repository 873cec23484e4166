// Checks of single option values, each a function of the value and of the name that its message gives the option, and the reading of
// numbers and sizes as a command line writes them. Which option takes which check: options.ts.
import type { ImageSize } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { show } from '../quote.js'

/** The metrics' window has to fit into a picture; the upper limit keeps one picture's activations in 32-bit addresses. */
const sideRange = [11, 2048] as const

export type Check<T> = (value: unknown, who: string) => T

/** A check for whole numbers in a range; used for the flags of other commands too. */
export const whole =
  (low: number, high: number, cure: string): Check<number> =>
  (value, who) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high) return value
    throw inputError(`${who}: found ${show(value)}, wanted a whole number from ${low} to ${high}. ${cure}`)
  }

/** A number of `low` or more, or above it. */
export const real =
  (low: number, inclusive: boolean, cure: string): Check<number> =>
  (value, who) => {
    const fits = typeof value === 'number' && Number.isFinite(value) && (inclusive ? value >= low : value > low)
    if (fits) return value
    const wanted = inclusive ? `a number of at least ${low}` : `a number above ${low}`
    throw inputError(`${who}: found ${show(value)}, wanted ${wanted}. ${cure}`)
  }

/** A number from 0 to below 1. */
export const fraction =
  (cure: string): Check<number> =>
  (value, who) => {
    if (typeof value === 'number' && value >= 0 && value < 1) return value
    throw inputError(`${who}: found ${show(value)}, wanted a number from 0 to below 1. ${cure}`)
  }

/** One of some words. */
export const oneOf =
  <T extends string>(values: readonly T[]): Check<T> =>
  (value, who) => {
    const found = values.find(candidate => candidate === value)
    if (found !== undefined) return found
    throw inputError(`${who}: found ${show(value)}, wanted ${values.join(' or ')}. For example ${who} ${values[0]!}.`)
  }

export const path: Check<string> = (value, who) => {
  if (typeof value === 'string' && value !== '') return value
  throw inputError(`${who}: found ${show(value)}, wanted a path. Give the name of a file or a folder.`)
}

export const flag: Check<boolean> = (value, who) => {
  if (typeof value === 'boolean') return value
  throw inputError(`${who}: found ${show(value)}, wanted true or false.`)
}

/** Side of a picture in pixels. */
export const pictureSide = whole(...sideRange, 'The 11x11 window of SSIM has to fit; the report uses 50.')

/** A picture's size: a number (square), or height and width. */
export const imageSize: Check<ImageSize> = (value, who) => {
  if (typeof value === 'number') return { height: pictureSide(value, who), width: pictureSide(value, who) }
  if (typeof value === 'object' && value !== null && 'height' in value && 'width' in value)
    return { height: pictureSide(value.height, who), width: pictureSide(value.width, who) }
  throw inputError(`${who}: found ${show(value)}, wanted a number or { height, width }. For example 50.`)
}

/** What `check` takes, or null. */
export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, who) =>
    value === null ? null : check(value, who)

/** `50` or `48x64` (height x width) as a size. @throws INPUT for anything else, naming `who`. */
export function parseSize(text: string, who: string): ImageSize {
  const match = /^(\d{1,6})(?:x(\d{1,6}))?$/i.exec(text)
  if (!match) throw inputError(`${who}: found ${show(text)}, wanted N or HxW in pixels. For example 50 or 48x64.`)
  return imageSize({ height: Number(match[1]), width: Number(match[2] ?? match[1]) }, who)
}

/** Decimal text as a number. @throws INPUT for anything else (also for `Infinity`, `0x10` and the empty text), naming `who`. */
export function parseNumber(text: string, who: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  throw inputError(`${who}: found ${show(text)}, wanted a number. Write it in digits, like 12 or 1e-3.`)
}
