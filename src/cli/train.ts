// `eyes-wasm train`: flags to options, progress and results to the terminal. The training itself is loaded when the command runs.
import { relative } from 'node:path'
import { Command, Option } from 'commander'
import { toJson } from '../formats/json.js'
import type { RunOutcome } from '../training/run.js'
import { addExamples, addTrainFlags, flagName, jsonFlag, quietFlag, trainOptionsOf, type TrainFlags } from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, formatDuration } from './progress.js'
import { formatQuality } from './quality-table.js'

interface RunFlags extends TrainFlags {
  readonly config?: string
  readonly out?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** Lines that say how the run ended. */
function closingLines({ summary, folder, stopped, config }: RunOutcome): string[] {
  const { epochs, images, seconds, imagesPerSecond } = summary
  const end = stopped === undefined ? '' : ` (stopped in epoch ${epochs + 1} of ${config.epochs})`
  return [
    `${counted(epochs, 'epoch')} of ${counted(images, 'image')} in ${formatDuration(seconds)}, ${imagesPerSecond.toFixed(0)} images/s${end}`,
    ...formatQuality(summary),
    ...(folder === null ? [] : [`written to ${relative('', folder) || folder}`]),
  ]
}

async function runTrain(flags: RunFlags): Promise<void> {
  const [{ train }, { algorithmSummary, modelSummary }, geometry] = await Promise.all([
    import('../training/run.js'),
    import('../report/summary.js'),
    import('../models/geometry.js'),
  ])
  const { config, out, quiet = false, json = false, ...options } = flags
  const progress = createProgress(process.stderr, { quiet })
  try {
    const outcome = await train(
      { ...trainOptionsOf(options), config, out, signal: interruption },
      {
        name: flagName,
        folders: 'runs',
        onData: (done, total) => progress.decoding(done, total),
        onReady: (resolved, dataset, spec) => {
          const layers = geometry.layerSpecs(spec)
          progress.print(...modelSummary(spec, layers, geometry.parameterSpecs(layers), process.stderr.columns), '')
          progress.print(...algorithmSummary(layers), '')
          const count = resolved.limit ?? dataset.count
          const share = count === dataset.count ? '' : `the first ${count} of `
          progress.print(`${share}${dataset.count} images from ${dataset.source}, ${counted(resolved.epochs, 'epoch')}`)
          progress.status('starting')
          return progress.training(resolved.epochs)
        },
        onMeasure: () => progress.status('measuring'),
        onFault: message => progress.print(message),
      },
    )
    progress.print(...closingLines(outcome))
    if (json) process.stdout.write(toJson(outcome.summary) + '\n')
  } finally {
    progress.close()
  }
}

export function trainCommand(): Command {
  const command = new Command('train').description(
    'train an autoencoder or VAE and leave weights, history and pictures in a run folder',
  )
  addTrainFlags(command)
    .addOption(new Option('--config <file>', "a run's config.json: exactly that run again; other flags override it"))
    .addOption(new Option('--out <dir>', 'run folder, new or empty (default: runs/<model>-k<k>s<s>p<p>, numbered)'))
    .addOption(quietFlag())
    .addOption(jsonFlag('the summary'))
    .action(runTrain)
  return addExamples(command, [
    ['eyes-wasm train --epochs 20', "the report's autoencoder on generated eyes"],
    ['eyes-wasm train --model vae --data eyes/ --out runs/vae', 'the VAE on a folder of images'],
    ['eyes-wasm train --kernel 4 --stride 2 --padding 2 --loss l1', 'another geometry and loss'],
    ['eyes-wasm train --config runs/ae-k3s1p1/config.json --seed 1', 'an earlier run with another seed'],
  ])
}
