// Options of a training as the command line writes them. Text only; reading a command line is cli/.
import type { TrainOptions } from './options.js'

/** `klWeight` -> `--kl-weight`: how messages of the command line name an option. */
export const flagName = (key: string) => `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** The words of a command line that gives these options; threads, which change no result, are left out. */
export function trainFlags(options: TrainOptions): string[] {
  const entries = Object.entries(options) as [string, TrainOptions[keyof TrainOptions]][]
  return entries.flatMap(([key, value]) => {
    if (value === undefined || key === 'threads') return []
    if (key === 'shuffle') return value === false ? ['--no-shuffle'] : []
    if (key === 'flip') return [value === true ? '--flip' : '--no-flip']
    return [flagName(key), typeof value === 'object' && value !== null ? `${value.height}x${value.width}` : `${value}`]
  })
}
