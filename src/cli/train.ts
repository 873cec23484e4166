// `eyes-wasm train`: flags to options, progress and results to the terminal. The training itself is loaded when the command runs.
import { relative } from 'node:path'
import { Command, Option } from 'commander'
import { heldOutCount } from '../data/split.js'
import { toJson } from '../formats/json.js'
import { shellWord } from '../quote.js'
import type { ControlOptions } from '../training/control.js'
import type { TrainOptions } from '../training/options.js'
import type { RunOutcome } from '../training/run.js'
import type { Place } from '../training/state.js'
import {
  addControlFlags,
  addExamples,
  addTrainFlags,
  flagName,
  jsonFlag,
  quietFlag,
  trainOptionsOf,
  type TrainFlags,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks, formatDuration } from './progress.js'
import { formatQuality } from './quality-table.js'

interface RunFlags extends TrainFlags, ControlOptions, Pick<TrainOptions, 'preset'> {
  readonly config?: string
  readonly out?: string
  readonly resume?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

const shown = (path: string) => relative('', path) || path

/** `epoch 5 of 500, step 3 of 9`, or between two epochs `epoch 5 of 500`. */
function placeText({ epoch, step, stepsPerEpoch }: Place, epochs: number): string {
  const steps = step === stepsPerEpoch ? '' : `, step ${step} of ${stepsPerEpoch}`
  return `epoch ${epoch} of ${epochs}${steps}`
}

/** Where a stopped run is, and how it goes on. */
function stoppedLines({ folder, place, config, stopped }: RunOutcome): string[] {
  const where = place.step === place.stepsPerEpoch ? 'after' : 'in'
  const start = place.epoch === 0 ? 'before the first step' : `${where} ${placeText(place, config.epochs)}`
  const why = stopped === undefined || stopped === 'interrupted' ? '' : ` (${stopped})`
  const line = `stopped ${start}${why}`
  return folder === null
    ? [line]
    : [`${line}; saved. Continue with: eyes-wasm train --resume ${shellWord(shown(folder))}`]
}

/** Lines that say how the run ended. */
function closingLines(outcome: RunOutcome): string[] {
  const { summary, folder, stopped, config, unchanged } = outcome
  if (!summary) return stoppedLines(outcome)
  const { epochs, images, seconds, imagesPerSecond } = summary
  const end = stopped === undefined ? '' : ` (stopped after epoch ${epochs} of ${config.epochs}: ${stopped})`
  return [
    ...(unchanged
      ? [
          `${shown(folder!)} is finished: nothing left to train. To train further, add ${stopped === undefined ? '--epochs' : '--patience'} with more.`,
        ]
      : []),
    `${counted(epochs, 'epoch')} of ${counted(images, 'image')} in ${formatDuration(seconds)}, ${imagesPerSecond.toFixed(0)} images/s${end}`,
    ...formatQuality(summary),
    ...(folder === null || unchanged ? [] : [`written to ${shown(folder)}`]),
  ]
}

/** What --json prints of a run that was stopped. */
const stoppedJson = ({ stopped, place, config, folder }: RunOutcome) => ({
  stopped,
  ...place,
  epochs: config.epochs,
  folder,
})

/** The step after those that are done. */
function nextText({ epoch, step, stepsPerEpoch }: Place): string {
  const [nextEpoch, nextStep] = step === stepsPerEpoch || epoch === 0 ? [epoch + 1, 1] : [epoch, step + 1]
  return `epoch ${nextEpoch}, step ${nextStep} of ${stepsPerEpoch}`
}

async function runTrain(flags: RunFlags): Promise<void> {
  const [{ train }, { algorithmSummary, modelSummary }, geometry] = await Promise.all([
    import('../training/run.js'),
    import('../report/summary.js'),
    import('../models/geometry.js'),
  ])
  const { config, out, resume, quiet = false, json = false, ...others } = flags
  const { saveEvery, maxTime, patience, minDelta, monitor, ...options } = others
  const control = { saveEvery, maxTime, patience, minDelta, monitor }
  const progress = createProgress(process.stderr, { quiet })
  let resumed: string[] = []
  try {
    const outcome = await train(
      { ...trainOptionsOf(options), ...control, config, out, resume, signal: interruption },
      {
        name: flagName,
        folders: 'runs',
        ...dataHooks(progress),
        onNotice: text => progress.print(text),
        onResume: place => (resumed = [`resumed at ${nextText(place)}`]),
        onReady: (resolved, dataset, spec) => {
          const layers = geometry.layerSpecs(spec)
          progress.print(...modelSummary(spec, layers, geometry.parameterSpecs(layers), process.stderr.columns), '')
          progress.print(...algorithmSummary(layers), '')
          const count = resolved.limit ?? dataset.count
          const share = count === dataset.count ? '' : `the first ${count} of `
          const held = heldOutCount(count, resolved.valSplit)
          progress.print(
            `${share}${dataset.count} images from ${dataset.source}${held > 0 ? `, ${held} held out` : ''}, ${counted(resolved.epochs, 'epoch')}`,
            ...resumed,
          )
          progress.status('starting')
          return progress.training(resolved.epochs)
        },
        onMeasure: () => progress.status('measuring'),
      },
    )
    progress.print(...closingLines(outcome))
    if (json) process.stdout.write(toJson(outcome.summary ?? stoppedJson(outcome)) + '\n')
  } finally {
    progress.close()
  }
}

export function trainCommand(): Command {
  const command = new Command('train').description(
    'train an autoencoder or VAE and leave weights, history and pictures in a run folder',
  )
  addControlFlags(addTrainFlags(command))
    .addOption(new Option('--preset <name>', "defaults: the report's, or our best recipe (default: report)"))
    .addOption(new Option('--resume <run>', 'go on with a stopped run, or with --epochs train a finished one further'))
    .addOption(new Option('--config <file>', "a run's config.json: exactly that run again; other flags override it"))
    .addOption(new Option('--out <dir>', 'run folder, new or empty (default: runs/<model>-k<k>s<s>p<p>, numbered)'))
    .addOption(quietFlag())
    .addOption(jsonFlag('the summary'))
    .action(runTrain)
  return addExamples(command, [
    ['eyes-wasm train --epochs 20', "the report's autoencoder on generated eyes"],
    ['eyes-wasm train --model vae --data eyes/ --out runs/vae', 'the VAE on a folder of images'],
    [
      'eyes-wasm train --latent 64 --preset best --flip --shift 2 --data eyes/',
      'a VAE whose prior sample can draw eyes from',
    ],
    ['eyes-wasm train --kernel 4 --stride 2 --padding 2 --loss l1', 'another geometry and loss'],
    ['eyes-wasm train --resume runs/ae-k3s1p1', 'go on where that run was stopped, to the same bits'],
    ['eyes-wasm train --resume runs/ae-k3s1p1 --epochs 800', 'train a finished run further'],
    ['eyes-wasm train --max-time 2h --patience 20', 'end after two hours, or when 20 epochs were no better'],
    ['eyes-wasm train --val-split 0.1 --monitor val_loss --patience 20', 'hold a tenth out, and stop by its loss'],
    ['eyes-wasm train --preset best', "our own recipe instead of the report's"],
    ['eyes-wasm train --config runs/ae-k3s1p1/config.json --seed 1', 'an earlier run with another seed'],
  ])
}
