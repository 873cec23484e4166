// docs/results as a whole: the parts in their order, remarks between them, what is missing, and the guard that no path of this machine is in
// any of it. Gives contents; index.ts writes them.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { inputError } from '../../src/errors.js'
import { curvesPart } from './curves.js'
import { goalsPart } from './goals.js'
import { klTermPart } from './kl-term.js'
import { orderPart } from './order.js'
import type { Part, ResultFile, Source } from './part.js'
import { namesIn, readRun, readStudy, readSweep } from './source.js'
import { generatedPart, othersPart, samplesPart } from './samples.js'
import { ratePart, spectrumPart } from './spectra.js'

const parts = [
  goalsPart,
  curvesPart,
  klTermPart,
  orderPart,
  ratePart,
  spectrumPart,
  samplesPart,
  generatedPart,
  othersPart,
]

/** What has been read once is not read again. */
function once<A extends string[], T>(read: (...names: A) => Promise<T>): (...names: A) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (...names) => {
    const key = names.join('/')
    const found = known.get(key) ?? read(...names)
    known.set(key, found)
    return found
  }
}

export async function openSource(folder: string): Promise<Source> {
  return {
    names: await namesIn(folder),
    run: once(name => readRun(folder, name)),
    sweep: once(name => readSweep(folder, name)),
    study: once((name, command) => readStudy(folder, name, command)),
  }
}

/** Words that somebody wrote about a part, `remarks/<part>.md` below docs/results; [] where there are none. */
async function remarksOf({ id }: Part, remarks: string): Promise<string[]> {
  const text = await readFile(join(remarks, `${id}.md`), 'utf8').catch(() => null)
  return text === null ? [] : [text.trim(), '']
}

const lead = [
  '# Results',
  '',
  "What this package reaches on the report's 1476 images of eyes (50x50), beside what the report has. Made by `npm run results -- <folder of runs>` from what the runs recorded: no number is written by hand. Comments are, in `remarks/`.",
  'Images and pictures of real eyes are not in this repository, numbers about them are; in commands they are `eyes/`. **What was shortened, stopped or extrapolated says so in bold or italics.**',
  '',
  'PSNR in dB and SSIM on [0, 1], higher is better; MSE on [-1, 1], 4 times that of [0, 1]; KL: mean KL divergence of a latent value from N(0, I), in nats.',
  '',
]

/** @throws INPUT, naming the file and what it says, for a file that holds one of `paths` */
export function checkNeutral(files: readonly ResultFile[], paths: readonly string[]): void {
  for (const { name, content } of files) {
    const found = typeof content === 'string' ? paths.find(path => content.includes(path)) : undefined
    if (found !== undefined)
      throw inputError(
        `results: ${name} says '${found}', a path of this machine, which must not be published. Find who wrote it there.`,
      )
  }
}

async function machinePaths(folder: string, { names, run, sweep }: Source): Promise<string[]> {
  const runs = (await Promise.all(names.map(run))).filter(found => found !== null)
  const trials = (await Promise.all(names.map(sweep))).flatMap(found => found?.runs ?? [])
  const sources = [...runs, ...trials].flatMap(({ config, origin }) => [config.data, config.init, origin.data.source])
  const absolute = sources.filter(path => path !== null && /^([\\/]|[a-z]:)/i.test(path)) as string[]
  return [...new Set([resolve(folder), ...absolute])].filter(path => path.length > 1)
}

/**
 * All files of docs/results.
 * @param folder of runs, sweeps and studies, by the names that the parts know @param remarks folder of remarks
 * @throws INPUT for a folder that cannot be read, a malformed run, pictures under a wrong name, or a path of this machine
 */
export async function resultFiles(folder: string, remarks: string): Promise<ResultFile[]> {
  const source = await openSource(folder)
  const made: Part[] = []
  for (const part of parts) made.push(await part(source))
  const missing = [...new Set(made.flatMap(part => part.missing))]
  const sections = await Promise.all(
    made
      .filter(({ lines, missing }) => lines.length + missing.length > 0)
      .map(async part => [
        `## ${part.title}`,
        '',
        ...(await remarksOf(part, remarks)),
        ...part.lines,
        ...(part.missing.length > 0
          ? [`*Not there yet: ${part.missing.map(name => `\`${name}\``).join(', ')}.*`, '']
          : []),
      ]),
  )
  const notice =
    missing.length > 0
      ? [`> Not complete: ${missing.length} of the runs that it wants are missing; each part says which.`, '']
      : []
  const text =
    [...lead, ...notice, ...sections.flat()]
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd() + '\n'
  const files = [{ name: 'README.md', content: text }, ...made.flatMap(part => part.files)]
  checkNeutral(files, await machinePaths(folder, source))
  return files
}
