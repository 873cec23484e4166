// `eyes-wasm compare`: the same images through several models side by side, or with --losses through two models trained for it (Figure 5
// of the report). The study is experiments/compare.ts; training is what `train` does.
import { join, relative } from 'node:path'
import { Command, Option } from 'commander'
import { inputError } from '../errors.js'
import type { CompareFigure } from '../experiments/compare.js'
import { lossNames } from '../models/loss-names.js'
import { defaults, type TrainOptions } from '../training/options.js'
import type { LossName } from '../training/types.js'
import { addExamples, addGeometryFlags, flagName, numberFlag, sizeFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { dataHooks, type Progress } from './progress.js'
import { addStudyFlags, idsFlag, openStudy, runStudy, type StudyFlags } from './study-flags.js'

/** Options of the training before the comparison. */
type TrainFlags = Pick<
  TrainOptions,
  'model' | 'kernel' | 'stride' | 'padding' | 'heads' | 'epochs' | 'batch' | 'lr' | 'klWeight' | 'limit' | 'size'
>

interface CompareFlags extends StudyFlags, TrainFlags {
  readonly ids?: number[]
  readonly sample?: boolean
  readonly losses?: LossName[]
}

const trainFlags: readonly (keyof TrainFlags)[] = [
  'model',
  'kernel',
  'stride',
  'padding',
  'heads',
  'epochs',
  'batch',
  'lr',
  'klWeight',
  'limit',
  'size',
]

function parseLosses(text: string): LossName[] {
  const names = text.split(',').map(name => name.trim())
  const losses = names.flatMap(name => lossNames.find(known => known === name) ?? [])
  if (losses.length === names.length && new Set(names).size === names.length) return losses
  throw inputError(
    `--losses: found '${text}', wanted different names of ${lossNames.join(', ')}. For example --losses mse,l1.`,
  )
}

/** A row a model: means over the images shown. */
function reportLines({ points, ids }: CompareFigure): string[] {
  const models = [...new Set(points.map(({ model }) => model))]
  const width = Math.max(...models.map(model => model.length))
  const cells = (label: string, psnr: string, ssim: string, detail: string) =>
    `${label.padEnd(width)}  ${psnr.padStart(9)}  ${ssim.padStart(6)}  ${detail.padStart(6)}`
  const rows = models.map(model => {
    const own = points.filter(point => point.model === model)
    const average = (key: 'psnr' | 'ssim' | 'detail') => own.reduce((sum, point) => sum + point[key], 0) / own.length
    return cells(
      model,
      average('psnr').toFixed(2),
      average('ssim').toFixed(4),
      `${(100 * average('detail')).toFixed(0)} %`,
    )
  })
  return [
    `means over images ${ids.join(', ')} (higher is better; detail below 100 % is blurred)`,
    cells('', 'PSNR (dB)', 'SSIM', 'detail'),
    ...rows,
  ]
}

/** Trains one model a loss into folders of their own under `folder`; answers the folders. */
async function trainEach(losses: readonly LossName[], flags: CompareFlags, folder: string, progress: Progress) {
  const { train } = await import('../training/run.js')
  const { data, onBadImage, seed, threads } = flags
  const options = Object.fromEntries(trainFlags.flatMap(key => (flags[key] === undefined ? [] : [[key, flags[key]]])))
  const runs: string[] = []
  for (const loss of losses) {
    const out = join(folder, `trained-${loss}`)
    progress.print(`training with ${loss.toUpperCase()}`)
    const { stopped } = await train(
      { model: 'vae', ...options, data, onBadImage, seed, threads, loss, out, signal: interruption },
      {
        name: flagName,
        ...dataHooks(progress),
        onReady: ({ epochs }) => progress.training(epochs),
        onMeasure: () => progress.status('measuring'),
      },
    )
    if (stopped !== undefined) interruption.throwIfAborted()
    progress.print(`written to ${relative('', out)}`)
    runs.push(out)
  }
  return runs
}

function checkFlags(runs: readonly string[], flags: CompareFlags): void {
  if (flags.losses === undefined) {
    const unused = trainFlags.find(key => flags[key] !== undefined)
    if (unused !== undefined)
      throw inputError(
        `${flagName(unused)}: only trains models, and none is trained. Add --losses mse,l1, or leave it out.`,
      )
    if (runs.length === 0)
      throw inputError(
        'compare: no run given, wanted run folders or --losses mse,l1. For example: eyes-wasm compare runs/ae-k3s1p1',
      )
  } else if (runs.length > 0)
    throw inputError(`--losses: trains its own models, but ${runs[0]!} was given too. Leave one of them out.`)
}

async function runCompare(runs: string[], flags: CompareFlags): Promise<void> {
  checkFlags(runs, flags)
  const [{ compareFigure }, { figureIds }] = await Promise.all([
    import('../experiments/compare.js'),
    import('../training/figure-ids.js'),
  ])
  await runStudy(
    'compare',
    flags,
    async (progress, folder) => {
      const { losses } = flags
      const sources = losses ? await trainEach(losses, flags, await folder(), progress) : runs
      const { models, dataset, seed, study } = await openStudy(sources, flags, progress, interruption)
      const named = losses
        ? models.map(({ model }, index) => ({
            model,
            label: `${losses[index]!.toUpperCase()}${model.spec.kind === 'vae' ? ' + KL' : ''}`,
          }))
        : models
      const ids = flags.ids ?? figureIds(dataset.count, 4)
      return compareFigure(named, dataset, { ids, seed, sample: flags.sample }, study)
    },
    reportLines,
  )
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('the same images through several models, side by side with a crop and an error map (Figure 5)')
    .argument('[run...]', 'run folders or weights files')
    .addOption(
      new Option(
        '--losses <list>',
        `train a VAE with each of these losses first, and compare them: ${lossNames.join(',')}`,
      ).argParser(parseLosses),
    )
    .addOption(idsFlag("the report's 3,227,841,1475"))
    .addOption(new Option('--sample', "draw a VAE's noise instead of decoding its mean"))
  addStudyFlags(command)
    .addOption(new Option('--model <kind>', 'with --losses: ae or vae (default: vae)'))
    .addOption(numberFlag('--epochs <n>', `with --losses: passes over the images (default: ${defaults.epochs})`))
    .addOption(numberFlag('--batch <n>', `with --losses: images per optimiser step (default: ${defaults.batch})`))
    .addOption(numberFlag('--lr <x>', `with --losses: Adam's learning rate (default: ${defaults.lr})`))
    .addOption(
      numberFlag('--kl-weight <x>', `with --losses: weight of the KL divergence (default: ${defaults.klWeight})`),
    )
    .addOption(numberFlag('--limit <n>', 'with --losses: train on the first n images (default: all)'))
    .addOption(sizeFlag('with --losses: stretch images to this size (default: 50, or that of the .npy file)'))
  addGeometryFlags(command, 'train').action(runCompare)
  return addExamples(command, [
    ['eyes-wasm compare runs/ae-k3s1p1 runs/vae-k5s1p2', 'two runs on the images of the first'],
    ['eyes-wasm compare --losses mse,l1 --epochs 100', 'Figure 5: trains both VAEs, then compares them'],
  ])
}
