// Flags that several commands share, and how their text becomes options. What a value may be is decided in training/options.ts.
import { Option, type Command } from 'commander'
import { bestGeometry, parseNumber, parseSize, whole } from '../training/options.js'

/** `klWeight` -> `--kl-weight`: how messages of the command line name an option. */
export const flagName = (key: string) => `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

/** A flag with a number; anything else is refused under the flag's name. */
export function numberFlag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.argParser(text => parseNumber(text, option.long ?? flags))
}

/** A flag with a whole number of `low` or more. */
export function wholeFlag(flags: string, description: string, low: number): Option {
  const option = new Option(flags, description)
  const who = option.long ?? flags
  const check = whole(low, Number.MAX_SAFE_INTEGER, `For example ${who} ${Math.max(low, 8)}.`)
  return option.argParser(text => check(parseNumber(text, who), who))
}

export const sizeFlag = (description: string) =>
  new Option('--size <HxW>', description).argParser(text => parseSize(text, '--size'))

const { ae, vae } = bestGeometry
const best = (key: keyof typeof ae) => (ae[key] === vae[key] ? `${ae[key]}` : `${ae[key]} for ae, ${vae[key]} for vae`)

/** --kernel, --stride and --padding; `what` completes "kernel size, …". */
export function addGeometryFlags(command: Command, kind: 'train' | 'foreign weights'): Command {
  const note = (key: keyof typeof ae) =>
    kind === 'train' ? `(default: ${best(key)})` : '(only for a weights file that does not say it)'
  return command
    .addOption(numberFlag('--kernel <n>', `kernel size of every layer ${note('kernel')}`))
    .addOption(numberFlag('--stride <n>', `stride of every layer ${note('stride')}`))
    .addOption(numberFlag('--padding <n>', `zero padding of every layer ${note('padding')}`))
}

export const dataFlag = (otherwise: string) =>
  new Option('--data <path>', `.npy file, folder with data.npy, or folder of images (default: ${otherwise})`)

export const threadsFlag = () =>
  numberFlag('--threads <n>', 'worker threads (default: one a core); the result does not depend on it')

export const jsonFlag = (what: string) => new Option('--json', `print ${what} as one JSON object on stdout`)

export const quietFlag = () => new Option('--quiet', 'no progress and no summary on stderr')

/** Examples under a command's help. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, meaning: string])[],
): Command {
  const lines = examples.map(([line, meaning]) => `  $ ${line}\n      ${meaning}`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}
