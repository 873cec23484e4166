// `eyes-wasm rate-distortion`: a sweep over KL weights, and PSNR over rate from its result. The study is experiments/rate-distortion.ts, the
// trainings are a sweep's, resumable as `eyes-wasm sweep` is.
import { join, relative } from 'node:path'
import { Command, Option } from 'commander'
import { inputError } from '../errors.js'
import type { RateDistortionPoint } from '../experiments/rate-distortion.js'
import type { Heads } from '../models/spec.js'
import {
  addExamples,
  addTrainFlags,
  flagName,
  jsonFlag,
  numberFlag,
  quietFlag,
  trainOptionsOf,
  type TrainFlags,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress } from './progress.js'
import { numbersFlag } from './study-flags.js'
import { sweepProgress } from './sweep.js'

interface RateDistortionFlags extends TrainFlags {
  readonly klWeights?: number[]
  readonly compareHeads?: Heads[]
  readonly seeds?: number
  readonly parallel?: number
  readonly retryFailed?: boolean
  readonly out?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Options of train that the study varies, or that are the same in all its trainings: the report's model, with no bottleneck. */
const ownOptions: readonly string[] = ['model', 'klWeight', 'heads', 'latent']

function parseHeads(text: string): Heads[] {
  const names = text.split(',').map(name => name.trim())
  const heads = names.filter((name): name is Heads => name === 'relu' || name === 'linear')
  if (heads.length === names.length) return heads
  throw inputError(
    `--compare-heads: found '${text}', wanted names of relu and linear. For example --compare-heads relu,linear.`,
  )
}

/** A row a setting. */
function reportLines(points: readonly RateDistortionPoint[]): string[] {
  const cells = (values: readonly string[]) =>
    values.map((value, i) => (i === 0 ? value.padEnd(8) : value.padStart(12))).join('')
  return [
    cells(['heads', 'KL weight', 'bits/pixel', 'PSNR (dB)', 'from mean']),
    ...points.map(({ heads, klWeight, bits, psnr, psnrMean }) =>
      cells([heads, String(klWeight), bits.toPrecision(3), psnr.toFixed(2), psnrMean.toFixed(2)]),
    ),
  ]
}

async function runRateDistortion(flags: RateDistortionFlags): Promise<void> {
  const { klWeights, compareHeads, seeds, parallel, retryFailed, out, quiet = false, json = false, ...train } = flags
  if (train.latent !== undefined)
    throw inputError(
      `${flagName('latent')}: found ${train.latent}, but this study is of the report's model, whose latent is a map. Leave it out; for a bottleneck use: eyes-wasm sweep`,
    )
  const [{ defaultHeads, defaultKlWeights, rateDistortion, rateDistortionSweep }, { runSweep }, { writeFileWhole }] =
    await Promise.all([
      import('../experiments/rate-distortion.js'),
      import('../experiments/sweep/sweep.js'),
      import('../training/storage.js'),
    ])
  const sweep = rateDistortionSweep(
    { klWeights: klWeights ?? defaultKlWeights, heads: compareHeads ?? defaultHeads },
    flagName,
  )
  const progress = createProgress(process.stderr, { quiet })
  try {
    const options = { sweep, options: trainOptionsOf(train), seeds, out, parallel, retryFailed, signal: interruption }
    const result = await runSweep(options, sweepProgress(progress, parallel))
    interruption.throwIfAborted()
    for (const { index, id, message } of result.failed) progress.print(`failed: trial ${index} (${id}): ${message}`)
    const { points, artworks } = await rateDistortion(result)
    const { folder } = result
    for (const { file, content } of artworks) await writeFileWhole(join(folder, file), content)
    const files = artworks.map(({ file, alt, caption }) => ({ file, alt, caption }))
    const failed = result.failed.map(({ index, id, code, message }) => ({ index, id, code, message }))
    const record = { points, failed, files }
    await writeFileWhole(join(folder, 'rate-distortion.json'), JSON.stringify(record, null, 2) + '\n')
    progress.print(
      ...reportLines(points),
      `${files.length} files and rate-distortion.json written to ${relative('', folder) || folder}`,
    )
    if (json) process.stdout.write(JSON.stringify({ folder, ...record }) + '\n')
    if (failed.length > 0) process.exitCode = 1
  } finally {
    progress.close()
  }
}

export function rateDistortionCommand(): Command {
  const command = new Command('rate-distortion')
    .description('train VAEs with several KL weights and show what a weight buys: PSNR over bits a pixel')
    .addOption(numbersFlag('--kl-weights <list>', 'weights of the KL divergence (default: 0.03,0.1,0.3,1,3)'))
    .addOption(
      new Option('--compare-heads <list>', 'what follows mu and log variance: relu, linear (default: both)').argParser(
        parseHeads,
      ),
    )
    .addOption(numberFlag('--seeds <n>', 'train each setting n times and take the mean'))
    .addOption(numberFlag('--parallel <n>', 'trainings side by side, sharing the threads (default: 1)'))
    .addOption(new Option('--retry-failed', 'run trainings again that have failed'))
    .addOption(
      new Option(
        '--out <dir>',
        'folder, new, empty or of this very study (default: runs/sweep-rate-distortion-<hash>)',
      ),
    )
  addTrainFlags(command)
  // What the study sets itself is refused by name, and not offered.
  for (const option of command.options) if (ownOptions.includes(option.attributeName())) option.hideHelp()
  command.addOption(quietFlag()).addOption(jsonFlag('the points')).action(runRateDistortion)
  return addExamples(command, [
    [
      'eyes-wasm rate-distortion --data eyes/ --epochs 100',
      'ten VAEs, five weights with each kind of heads; the same line again goes on where it was stopped',
    ],
    ['eyes-wasm rate-distortion --kl-weights 0.1,1 --epochs 20 --json', 'two weights, for a program'],
  ])
}
