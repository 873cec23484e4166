// What the commands that study trained runs (compare, spectrum, noise, sample, interpolate, latent) share: flags, lists of numbers, the
// folder that their artworks go to. The studies themselves are in experiments/.
import { join, relative, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { BadImagePolicy, Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import type { OpenedRuns } from '../experiments/open-runs.js'
import type { Artwork, StudyOptions } from '../experiments/study.js'
import { parseNumber } from '../training/option-checks.js'
import type { provenance } from '../training/run-config.js'
import { addDataFlags, flagName, jsonFlag, numberFlag, quietFlag, threadsFlag } from './flags.js'
import { createProgress, dataHooks, type Progress } from './progress.js'

export interface StudyFlags {
  readonly data?: string
  readonly onBadImage?: BadImagePolicy
  readonly seed?: number
  readonly threads?: number
  readonly out?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** `0,0.25,1` -> [0, 0.25, 1]. @throws INPUT, naming `who` */
export function parseNumbers(text: string, who: string): number[] {
  const parts = text.split(',').map(part => part.trim())
  if (parts.includes(''))
    throw inputError(`${who}: found '${text}', wanted numbers with commas between. For example 3,227.`)
  return parts.map(part => parseNumber(part, who))
}

/** A flag with a list of numbers. */
export function numbersFlag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.argParser(text => parseNumbers(text, option.long ?? flags))
}

export const idsFlag = (otherwise: string) =>
  numbersFlag('--ids <list>', `image numbers, from 0 (default: ${otherwise})`)

/** --out, --data, --seed, --threads, --quiet and --json. */
export function addStudyFlags(command: Command, { seed = 'start of the noise' }: { seed?: string } = {}): Command {
  const name = command.name()
  return addDataFlags(command, "the first run's own, else generated eyes")
    .addOption(numberFlag('--seed <n>', `${seed} (default: the first run's)`))
    .addOption(threadsFlag())
    .addOption(new Option('--out <dir>', `folder, new or empty (default: runs/${name}, numbered)`))
    .addOption(quietFlag())
    .addOption(jsonFlag('the result'))
}

/** What a study answers: data, and what to show of it. */
export interface StudyResult {
  readonly artworks: readonly Artwork[]
}

export interface StudyFolder {
  readonly path: string
  /** Writes the artworks, and last `<command>.json` with the data, whose presence says that the rest is complete. */
  write(result: StudyResult): Promise<object>
}

/** What a study was made of, where and when. Its JSON file keeps it: numbers can be traced, and pictures of people told from generated ones. */
export interface StudyMade extends ReturnType<typeof provenance> {
  /** The command line after `eyes-wasm`. */
  readonly command: readonly string[]
  readonly runs: readonly { readonly run: string; readonly generatedEyes: boolean }[]
  readonly images: Pick<Dataset, 'source' | 'count' | 'sha256'> & { readonly generatedEyes: boolean }
}

/** Opens the models and images of a study, as the flags say; without --data and --seed, as the first run was trained. */
export async function openStudy(
  runs: readonly string[],
  { data, onBadImage, seed, threads }: StudyFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<OpenedRuns & { readonly study: StudyOptions; readonly made: StudyMade }> {
  const [{ openRuns }, { provenance }] = await Promise.all([
    import('../experiments/open-runs.js'),
    import('../training/run-config.js'),
  ])
  const opened = await openRuns(runs, { data, onBadImage, seed, signal }, { name: flagName, ...dataHooks(progress) })
  const onProgress = (text: string) => progress.status(text)
  const { source, count, sha256 } = opened.dataset
  const made: StudyMade = {
    command: process.argv.slice(2),
    runs: runs.map((run, index) => ({ run, generatedEyes: opened.generated.runs[index]! })),
    images: { source, count, sha256, generatedEyes: opened.generated.images },
    ...provenance(),
  }
  return { ...opened, study: { threads, signal, onProgress, name: flagName }, made }
}

/** Makes the folder of a study: `out` as named, or runs/<command>, numbered. @throws STORAGE */
export async function makeStudyFolder(command: string, out: string | undefined): Promise<StudyFolder> {
  const { makeFolder, makeNumberedFolder, writeFileWhole } = await import('../training/storage.js')
  const path = out === undefined ? await makeNumberedFolder(resolve('runs', command)) : await makeFolder(resolve(out))
  return {
    path,
    async write({ artworks, ...data }) {
      for (const { file, content } of artworks) await writeFileWhole(join(path, file), content)
      const files = artworks.map(({ file, alt, caption }) => ({ file, alt, caption }))
      await writeFileWhole(join(path, `${command}.json`), JSON.stringify({ ...data, files }, null, 2) + '\n')
      return { ...data, folder: path, files }
    },
  }
}

/**
 * Runs one study with progress: refuses a taken --out first, writes what the study answers into its folder, prints `lines` of the result on
 * stderr, and with --json the result on stdout. The folder is made when the study is done, or when it asks for it.
 */
export async function runStudy<T extends StudyResult>(
  command: string,
  flags: StudyFlags,
  study: (progress: Progress, folder: () => Promise<string>) => Promise<T>,
  lines: (result: T) => readonly string[],
): Promise<void> {
  const { checkVacant } = await import('../training/storage.js')
  const progress = createProgress(process.stderr, { quiet: flags.quiet ?? false })
  try {
    if (flags.out !== undefined) await checkVacant(flags.out, '--out')
    let made: StudyFolder | undefined
    const folder = async () => (made ??= await makeStudyFolder(command, flags.out))
    const result = await study(progress, async () => (await folder()).path)
    const written = await (await folder()).write(result)
    const { path } = await folder()
    const shown = relative('', path) || path
    progress.print(...lines(result), `${result.artworks.length} files and ${command}.json written to ${shown}`)
    if (flags.json === true) process.stdout.write(JSON.stringify(written) + '\n')
  } finally {
    progress.close()
  }
}
