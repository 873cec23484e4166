// Flags that several commands share, and how their text becomes options. What a value may be is decided in training/options.ts.
import { Option, type Command } from 'commander'
import { lossNames } from '../models/loss-names.js'
import { parseNumber, parseSize, whole } from '../training/option-checks.js'
import { bestGeometry, defaults, type TrainOptions } from '../training/options.js'

export { flagName } from '../training/command-line.js'

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

/** --kernel, --stride, --padding and --heads; `what` completes "kernel size, …". */
export function addGeometryFlags(command: Command, kind: 'train' | 'foreign weights'): Command {
  const note = (key: keyof typeof ae) =>
    kind === 'train' ? `(default: ${best(key)})` : '(only for a weights file that does not say it)'
  return command
    .addOption(numberFlag('--kernel <n>', `kernel size of every layer ${note('kernel')}`))
    .addOption(numberFlag('--stride <n>', `stride of every layer ${note('stride')}`))
    .addOption(numberFlag('--padding <n>', `zero padding of every layer ${note('padding')}`))
    .addOption(
      new Option(
        '--heads <kind>',
        `VAE: relu or linear mean and log variance ${kind === 'train' ? `(default: ${defaults.heads})` : '(only for a weights file that does not say it)'}`,
      ),
    )
}

/** Images of a folder that cannot be used: which ones is said on stderr either way. */
export const onBadImageFlag = () =>
  new Option('--on-bad-image <what>', `fail, or skip images that cannot be decoded (default: ${defaults.onBadImage})`)

/** --data and what goes with it. */
export const addDataFlags = (command: Command, otherwise: string): Command =>
  command
    .addOption(
      new Option('--data <path>', `.npy file, folder with data.npy, or folder of images (default: ${otherwise})`),
    )
    .addOption(onBadImageFlag())

export const threadsFlag = () =>
  numberFlag('--threads <n>', 'worker threads (default: one a core); the result does not depend on it')

export const jsonFlag = (what: string) => new Option('--json', `print ${what} as one JSON object on stdout`)

export const quietFlag = () => new Option('--quiet', 'no progress and no summary on stderr')

/** What the flags of `addTrainFlags` become. (`--preset` is of `train` alone: a sweep has another one.) */
export interface TrainFlags extends Omit<TrainOptions, 'shuffle' | 'preset'> {
  /** commander's reading of --no-shuffle: true unless it is given. */
  readonly shuffle: boolean
}

/** Every option of a training, for commands that train. */
export function addTrainFlags(command: Command): Command {
  return addRecipeFlags(addReportFlags(command))
}

/** What goes beyond the report: all off unless a preset or a flag says otherwise. */
function addRecipeFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--lr-schedule <name>', 'learning rate: constant, cosine, one-cycle or plateau (default: constant)'),
    )
    .addOption(numberFlag('--lr-warmup <n>', 'epochs in which the learning rate rises to --lr (default: 0)'))
    .addOption(numberFlag('--lr-min <x>', "learning rate at the schedule's end, or the least one (default: 0)"))
    .addOption(numberFlag('--clip-norm <x>', "largest norm of a step's gradient (default: 0, any)"))
    .addOption(
      numberFlag('--ema <d>', 'average of the weights with this decay a step, saved as the model (default: 0, none)'),
    )
    .addOption(new Option('--flip', 'mirror images at random while training'))
    .addOption(new Option('--no-flip', 'do not, where a preset would'))
    .addOption(numberFlag('--shift <n>', 'shift images at random by up to n pixels while training (default: 0)'))
    .addOption(
      numberFlag('--val-split <f>', 'share of the images that is held out and measured beside them (default: 0)'),
    )
}

function addReportFlags(command: Command): Command {
  command.addOption(new Option('--model <kind>', `ae or vae (default: ${defaults.model})`))
  addGeometryFlags(command, 'train')
    .addOption(numberFlag('--latent <n>', 'VAE: n numbers for a whole picture instead of a map (default: 0, a map)'))
    .addOption(numberFlag('--epochs <n>', `passes over the images (default: ${defaults.epochs})`))
    .addOption(numberFlag('--batch <n>', `images per optimiser step (default: ${defaults.batch})`))
    .addOption(numberFlag('--lr <x>', `Adam's learning rate (default: ${defaults.lr})`))
    .addOption(new Option('--loss <name>', `reconstruction loss: ${lossNames.join(', ')} (default: ${defaults.loss})`))
    .addOption(numberFlag('--kl-weight <x>', `VAE: weight of the KL divergence (default: ${defaults.klWeight})`))
    .addOption(numberFlag('--kl-warmup <n>', 'VAE: the KL weight grows from 0 over n epochs (default: it does not)'))
    .addOption(numberFlag('--free-bits <x>', 'VAE: nats of KL that each latent element has free (default: none)'))
    .addOption(numberFlag('--seed <n>', `start of all random numbers (default: ${defaults.seed})`))
    .addOption(threadsFlag())
  return addDataFlags(command, 'generated eyes')
    .addOption(sizeFlag('stretch images to this size, e.g. 50 or 48x64 (default: 50, or that of the .npy file)'))
    .addOption(numberFlag('--limit <n>', 'train on the first n images (default: all)'))
    .addOption(new Option('--init <file>', 'start from these weights (safetensors, PyTorch names)'))
    .addOption(new Option('--no-shuffle', 'keep the order of the images in every epoch'))
}

/** When a run is saved, and when it ends early. */
export function addControlFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--save-every <n>',
        'write a checkpoint every 60s, 5m, 1h, 10ep (epochs) or 100st (steps) (default: 60s)',
      ),
    )
    .addOption(new Option('--max-time <t>', 'save and end after 90s, 30m or 2h; --resume goes on'))
    .addOption(numberFlag('--patience <n>', 'finish when no epoch was better for n epochs'))
    .addOption(numberFlag('--min-delta <x>', 'with --patience: better means smaller by more than this (default: 0)'))
    .addOption(
      new Option(
        '--monitor <name>',
        'what better is about, and the best checkpoint: loss, mse or val_loss (default: loss)',
      ),
    )
}

/** The options among the flags, those left out left out. */
export const trainOptionsOf = ({ shuffle, ...options }: TrainFlags): TrainOptions => ({
  ...options,
  ...(shuffle ? {} : { shuffle }),
})

/** Examples under a command's help. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, meaning: string])[],
): Command {
  const lines = examples.map(([line, meaning]) => `  $ ${line}\n      ${meaning}`)
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`)
}
