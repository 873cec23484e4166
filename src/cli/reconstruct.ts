// `eyes-wasm reconstruct`: every image of a source through a trained model, as one PNG each or as one array. Files appear whole or not
// at all.
import { extname, join, relative } from 'node:path'
import { Command, Option } from 'commander'
import type { ReconstructedChunk, ReconstructOptions } from '../training/apply.js'
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

interface ReconstructFlags extends Omit<ReconstructOptions, 'model' | 'signal'> {
  readonly out: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Takes the reconstructed images one part after the other, and ends with what is on disk. */
interface Sink {
  receive(chunk: ReconstructedChunk): Promise<void>
  finish(): Promise<void>
}

/** One PNG an image, named by its number in the source: `0042.png`. */
async function pictureSink(folder: string): Promise<Sink> {
  const [{ pictureGrid }, { makeFolder, writeFileWhole }] = await Promise.all([
    import('../report/pictures.js'),
    import('../training/storage.js'),
  ])
  return {
    async receive({ first, count, total, height, width, pixels }) {
      await makeFolder(folder)
      const digits = String(total - 1).length
      const size = height * width * 3
      for (let index = 0; index < count; index++) {
        const picture = { height, width, pixels: pixels.subarray(index * size, (index + 1) * size) }
        const name = `${String(first + index).padStart(digits, '0')}.png`
        await writeFileWhole(join(folder, name), await pictureGrid([[picture]], { scale: 1, gap: 0 }))
      }
    },
    finish: () => Promise.resolve(),
  }
}

/** One float32 array [N, H, W, 3], 0 to 1. */
async function arraySink(file: string): Promise<Sink> {
  const [{ encodeNpy }, { writeFileWhole }] = await Promise.all([
    import('../data/npy-write.js'),
    import('../training/storage.js'),
  ])
  let all = new Float32Array(0)
  let shape: number[] = []
  return {
    receive({ first, total, height, width, pixels }) {
      if (first === 0) {
        all = new Float32Array(total * height * width * 3)
        shape = [total, height, width, 3]
      }
      all.set(pixels, first * height * width * 3)
      return Promise.resolve()
    },
    finish: () => writeFileWhole(file, encodeNpy(all, shape)),
  }
}

async function runReconstruct(model: string, flags: ReconstructFlags): Promise<void> {
  const [{ reconstructAll }, { checkVacant }] = await Promise.all([
    import('../training/apply.js'),
    import('../training/storage.js'),
  ])
  const { out, quiet = false, json = false, ...options } = flags
  const progress = createProgress(process.stderr, { quiet })
  try {
    await checkVacant(out, '--out')
    const sink = extname(out).toLowerCase() === '.npy' ? await arraySink(out) : await pictureSink(out)
    const { images } = await reconstructAll(
      { ...options, model, signal: interruption },
      { name: flagName, ...dataHooks(progress) },
      async chunk => {
        progress.status(`reconstructing ${chunk.first}/${chunk.total}`)
        await sink.receive(chunk)
      },
    )
    await sink.finish()
    progress.print(`${images} reconstructions written to ${relative('', out) || out}`)
    if (json) process.stdout.write(JSON.stringify({ images, out }) + '\n')
  } finally {
    progress.close()
  }
}

export function reconstructCommand(): Command {
  const command = new Command('reconstruct')
    .description('pass images through a trained model and keep what comes out')
    .argument('<model>', 'run folder or weights file (safetensors with PyTorch names)')
    .addOption(
      new Option('--out <path>', 'folder for one PNG an image, or a name ending in .npy').makeOptionMandatory(),
    )
  addDataFlags(command, "the run's own, else generated eyes")
  addGeometryFlags(command, 'foreign weights')
    .addOption(sizeFlag("size of the images (default: the model's)"))
    .addOption(numberFlag('--limit <n>', 'only the first n images (default: all)'))
    .addOption(new Option('--sample', "draw a VAE's noise instead of decoding its mean"))
    .addOption(numberFlag('--seed <n>', "start of a VAE's noise (default: the run's)"))
    .addOption(threadsFlag())
    .addOption(quietFlag())
    .addOption(jsonFlag('what was written'))
    .action(runReconstruct)
  return addExamples(command, [
    ['eyes-wasm reconstruct runs/ae-k3s1p1 --data eyes/ --out rebuilt', 'one PNG an image'],
    ['eyes-wasm reconstruct runs/vae --data eyes/data.npy --out rebuilt.npy', 'float32 (N, H, W, 3), 0 to 1'],
  ])
}
