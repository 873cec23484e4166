// `eyes-wasm export`: a trained model for other programs, and how far what they compute is from ours.
import { Command, Option } from 'commander'
import type { ExportOptions, ExportReport } from '../experiments/export.js'
import {
  addDataFlags,
  addExamples,
  addGeometryFlags,
  flagName,
  jsonFlag,
  numberFlag,
  quietFlag,
  sizeFlag,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks } from './progress.js'

interface ExportFlags extends Omit<ExportOptions, 'model' | 'signal'> {
  readonly quiet?: boolean
  readonly json?: boolean
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`

function checkLine({ check, notChecked }: ExportReport): string {
  if (check === null)
    return `Not checked: ${notChecked}. Run this again after 'npm install onnxruntime-web' to have it compared.`
  const { by, images, differences, allowed } = check
  const parts = Object.entries(differences).map(([output, value]) => `${output} ${value.toExponential(1)}`)
  return `Checked on ${images} images by ${by}. Largest difference from ours: ${parts.join(', ')} (allowed ${allowed.toExponential(1)}).`
}

function reportLines(found: ExportReport): string[] {
  const { model, kernel, stride, padding, format, files } = found
  return [
    `${model.toUpperCase()} (${kernel}, ${stride}, ${padding}) as ${format}`,
    ...files.map(({ path, bytes }) => `${path}  ${kilobytes(bytes)}`),
    checkLine(found),
  ]
}

async function runExport(model: string, flags: ExportFlags): Promise<void> {
  const { exportModel } = await import('../experiments/export.js')
  const { quiet = false, json = false, ...options } = flags
  const progress = createProgress(process.stderr, { quiet })
  try {
    const found = await exportModel(
      { ...options, model, signal: interruption },
      {
        name: flagName,
        ...dataHooks(progress),
        onCheck: () => progress.status('checking'),
      },
    )
    progress.print(...reportLines(found))
    if (json) process.stdout.write(JSON.stringify(found) + '\n')
  } finally {
    progress.close()
  }
}

export function exportCommand(): Command {
  const command = new Command('export')
    .description('write a trained model for ONNX runtimes, TensorFlow.js or PyTorch, and check what was written')
    .argument('<model>', 'run folder or weights file (safetensors with PyTorch names)')
    .addOption(new Option('--format <name>', 'onnx, tfjs or safetensors').makeOptionMandatory())
    .addOption(new Option('--out <path>', 'new file, or for tfjs new folder (default: named after the model, here)'))
  addDataFlags(command, 'generated eyes').addOption(
    numberFlag('--limit <n>', 'compare over the first n images (default: 8)'),
  )
  addGeometryFlags(command, 'foreign weights')
    .addOption(sizeFlag("size of the images that the exported model takes (default: the model's)"))
    .addOption(quietFlag())
    .addOption(jsonFlag('what was written'))
    .action(runExport)
  return addExamples(command, [
    ['eyes-wasm export runs/ae-k3s1p1 --format onnx', 'ae-k3s1p1.onnx; NCHW, pixels 0 to 1'],
    ['eyes-wasm export runs/vae --format tfjs --out web/vae', 'model.json and weights.bin for tf.loadGraphModel'],
    ['eyes-wasm export runs/vae --format safetensors --out vae.safetensors', "for PyTorch's load_state_dict"],
  ])
}
