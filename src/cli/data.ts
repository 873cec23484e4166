// `eyes-wasm data make` and `eyes-wasm data show`: write generated eyes as .npy, and draw a contact sheet of any source.
// Commands throw; main.ts prints and exits. Pictures and arrays come from report/ and data/.
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import type { BadImagePolicy, DataHooks, Dataset, ImageSize } from '../data/dataset.js'
import { defaultEyeCount, generateEyes } from '../data/generated-eyes.js'
import { loadDataset } from '../data/load.js'
import { encodeNpy } from '../data/npy-write.js'
import { inputError } from '../errors.js'
import { pictureGrid, type Picture } from '../report/pictures.js'
import { checkVacant, makeFolder, writeFileWhole } from '../training/storage.js'
import { resolveOptions } from '../training/options.js'
import { flagName, onBadImageFlag, sizeFlag, wholeFlag } from './flags.js'

/** What the commands tell while they work; main.ts decides where it goes. */
export interface DataCommandHooks extends DataHooks {
  /** One line of plain text about what was written. */
  readonly onDone?: (message: string) => void
  readonly signal?: AbortSignal
}

const sheetColumns = 12
const sheetImages = 96

async function make(
  { count, seed, size, out }: { count: number; seed: number; size?: ImageSize; out: string },
  hooks: DataCommandHooks,
) {
  await checkVacant(out, '--out')
  await makeFolder(out)
  const eyes = generateEyes({ count, seed, ...(size && { size }) })
  const images = join(out, 'data.npy')
  await writeFileWhole(images, encodeNpy(eyes.pixels, [eyes.count, eyes.height, eyes.width, 3]))
  const labels = encodeNpy(BigInt64Array.from(eyes.labels!, BigInt), [eyes.count])
  await writeFileWhole(join(out, 'label.npy'), labels).catch(async (error: unknown) => {
    await rm(images, { force: true })
    throw error
  })
  hooks.onDone?.(`${images}: ${count} generated eyes (seed ${seed}, SHA-256 ${eyes.sha256.slice(0, 16)})`)
}

/** Rows of a contact sheet: the first `count` pictures under their ids. */
function sheetRows({ pixels, height, width }: Dataset, count: number) {
  const perImage = height * width * 3
  const pictures = Array.from({ length: count }, (_, id): Picture => ({
    height,
    width,
    pixels: pixels.subarray(id * perImage, (id + 1) * perImage),
  }))
  const starts = Array.from({ length: Math.ceil(count / sheetColumns) }, (_, row) => row * sheetColumns)
  return {
    rows: starts.map(start => pictures.slice(start, start + sheetColumns)),
    captions: starts.map(start =>
      Array.from({ length: Math.min(sheetColumns, count - start) }, (_, i) => `${start + i}`),
    ),
  }
}

interface ShowOptions {
  readonly out: string
  readonly count: number
  readonly seed?: number
  readonly size?: ImageSize
  readonly onBadImage?: BadImagePolicy
}

async function show(
  source: string,
  { out, count, seed, size, onBadImage: policy }: ShowOptions,
  hooks: DataCommandHooks,
) {
  const { onBadImage } = resolveOptions({ onBadImage: policy }, flagName).settings
  const generated = source === 'generated'
  if (!generated && seed !== undefined)
    throw inputError(`--seed ${seed}: ${source} is read, not drawn; a seed is for 'generated'. Leave --seed out.`)
  const dataset = await loadDataset(generated ? null : source, {
    count,
    seed,
    size,
    onBadImage,
    onProgress: hooks.onData,
    onSkip: hooks.onSkip,
    signal: hooks.signal,
  })
  const { rows, captions } = sheetRows(dataset, dataset.count)
  // Small pictures are enlarged to about 100 sheet pixels.
  const scale = Math.max(1, Math.min(8, Math.floor(100 / Math.max(dataset.height, dataset.width))))
  const png = await pictureGrid(rows, { captions, scale })
  await makeFolder(dirname(out))
  await writeFileWhole(out, png)
  hooks.onDone?.(`${out}: ${dataset.count} images of ${dataset.source}`)
}

/** The `data` command with its two subcommands, for main.ts to add to the program. */
export function dataCommand(hooks: DataCommandHooks = {}): Command {
  const data = new Command('data').description('make and look at data sets')
  data
    .command('make')
    .description('write generated eyes as data.npy and label.npy')
    .addOption(wholeFlag('--count <n>', 'how many', 1).default(defaultEyeCount))
    .addOption(wholeFlag('--seed <n>', 'other eyes for another seed', 0).default(0))
    .addOption(sizeFlag('height and width in pixels, e.g. 50 or 48x64').default({ height: 50, width: 50 }, '50'))
    .requiredOption('--out <dir>', 'a new or empty folder')
    .addHelpText(
      'after',
      '\nExamples:\n  eyes-wasm data make --out eyes\n  eyes-wasm data make --count 200 --seed 7 --out few',
    )
    .action((options: Parameters<typeof make>[0]) => make(options, hooks))
  data
    .command('show')
    .description('draw a contact sheet of a data set as PNG')
    .argument('<source>', "a .npy file, a folder with data.npy, a folder of images, or the word 'generated'")
    .requiredOption('--out <png>', 'the picture to write')
    .addOption(wholeFlag('--count <n>', 'how many images, from the first on', 1).default(sheetImages))
    .addOption(wholeFlag('--seed <n>', "seed of 'generated'", 0))
    .addOption(sizeFlag('size that folder images are stretched to (default: 50)'))
    .addOption(onBadImageFlag())
    .addHelpText(
      'after',
      '\nExamples:\n  eyes-wasm data show generated --out sheet.png\n  eyes-wasm data show eyes/data.npy --count 24 --out sheet.png\n  eyes-wasm data show photos --size 48x64 --out sheet.png',
    )
    .action((source: string, options: ShowOptions) => show(source, options, hooks))
  return data
}
