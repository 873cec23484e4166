// `eyes-wasm evaluate`: the report's performance.py. Measures a trained model and prints the result beside the report's own values.
import { Command } from 'commander'
import { toJson } from '../formats/json.js'
import type { ApplyOptions, QualityReport } from '../training/apply.js'
import {
  addDataFlags,
  addExamples,
  addGeometryFlags,
  flagName,
  jsonFlag,
  numberFlag,
  quietFlag,
  sizeFlag,
  threadsFlag,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks } from './progress.js'
import { formatQuality } from './quality-table.js'

interface EvaluateFlags extends Omit<ApplyOptions, 'model' | 'signal'> {
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Mean KL, and the whole loss where it is MSE and the weighted KL; of weights that say nothing of their training with the report's weight, 1. */
export function klText(which: string, mse: number, kl: number, trained: QualityReport['trainedWith']): string {
  const { loss = 'mse', klWeight = 1, freeBits = 0 } = trained ?? {}
  const mean = `Mean KL${which} ${kl.toPrecision(3)}`
  if (loss !== 'mse') return `${mean}; trained with ${loss}, KL weight ${klWeight}.`
  if (freeBits > 0) return `${mean}; trained with ${freeBits} free nats a latent value, KL weight ${klWeight}.`
  const weighted = klWeight === 1 ? 'KL' : `${klWeight} x KL`
  return `${mean} (weight ${klWeight}): MSE + ${weighted} = ${(mse + klWeight * kl).toPrecision(3)}.`
}

function reportLines(found: QualityReport): string[] {
  const { model, kernel, stride, padding, images, data } = found
  const note = 'PSNR and SSIM on [0, 1], higher is better; MSE on [-1, 1], lower is better.'
  const table4 = "Table 4's MSE is the whole training loss, MSE + mean KL."
  const { mse, kl, heldOut, trainedWith } = found
  const more = heldOut ? ` and ${heldOut.images} held out` : ''
  const whole =
    kl === undefined
      ? []
      : [
          klText('', mse, kl, trainedWith),
          ...(heldOut?.kl === undefined ? [] : [klText(' held out', heldOut.mse, heldOut.kl, trainedWith)]),
        ]
  const missing = 'The report has no value for this geometry.'
  return [
    `${model.toUpperCase()} (${kernel}, ${stride}, ${padding}) over ${images} images${more} from ${data}`,
    ...formatQuality(found),
    note,
    ...whole,
    ...(found.report === null ? [missing] : found.report.table === 4 ? [table4] : []),
  ]
}

async function runEvaluate(model: string, flags: EvaluateFlags): Promise<void> {
  const { evaluate } = await import('../training/apply.js')
  const { quiet = false, json = false, ...options } = flags
  const progress = createProgress(process.stderr, { quiet })
  try {
    const found = await evaluate(
      { ...options, model, signal: interruption },
      { name: flagName, ...dataHooks(progress) },
    )
    progress.close()
    process.stdout.write((json ? toJson(found) : reportLines(found).join('\n')) + '\n')
  } finally {
    progress.close()
  }
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('measure PSNR, SSIM and MSE of trained weights, beside the values of the report')
    .argument('<model>', 'run folder or weights file (safetensors with PyTorch names)')
  addDataFlags(command, "the run's own, else generated eyes")
  addGeometryFlags(command, 'foreign weights')
    .addOption(sizeFlag("size of the images (default: the model's)"))
    .addOption(numberFlag('--limit <n>', 'measure the first n images (default: all)'))
    .addOption(numberFlag('--seed <n>', "start of a VAE's noise (default: the run's)"))
    .addOption(threadsFlag())
    .addOption(quietFlag())
    .addOption(jsonFlag('the result'))
    .action(runEvaluate)
  return addExamples(command, [
    ['eyes-wasm evaluate runs/ae-k3s1p1', 'a run, on the images it was trained on'],
    ['eyes-wasm evaluate runs/ae-k3s1p1 --data eyes/ --json', 'on other images, for a program'],
    ['eyes-wasm evaluate net.safetensors --stride 1 --padding 1 --data eyes/', 'weights saved by PyTorch'],
  ])
}
