// Which pictures may be copied into the repository: those where all that is shown and all that was trained on is generated. Numbers and
// charts of real eyes may be published, their pictures not. The studies' other files are spectra.ts and samples.ts.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inputError } from '../../src/errors.js'
import type { ResultFile } from './part.js'
import type { Run, Study } from './source.js'

/** Folders of this prefix are promised to be of generated eyes alone. */
export const generatedPrefix = 'generated-'

/** Whether nothing but generated eyes went into a study's pictures. */
export const isPublic = ({ made }: Pick<Study, 'made'>): boolean =>
  made !== undefined && made.images.generatedEyes && made.runs.length > 0 && made.runs.every(run => run.generatedEyes)

/** The same of a training run; weights that it started from may have seen anything. */
export const isPublicRun = ({ config }: Pick<Run, 'config'>): boolean => config.data === null && config.init === null

/** @throws INPUT for a folder whose name promises generated eyes and which has others */
export function keepPromise(name: string, holds: boolean): void {
  if (holds || !name.startsWith(generatedPrefix)) return
  throw inputError(
    `results: ${name} is not of generated eyes alone, which its name promises: its pictures must not be copied. Train it without --data, or call it otherwise.`,
  )
}

/** Captions and descriptions go into Markdown as text. */
export const plain = (text: string) => text.replaceAll('[', '(').replaceAll(']', ')').replaceAll('\n', ' ')

/** Study and file in one name: generated-samples.png, generated-samples-low-rank.png. */
function nameOf(study: string, file: string): string {
  const rest = file.replace(/^(samples|spectrum)-?/, '')
  return rest.startsWith('.') ? `${study}${rest}` : `${study}-${rest}`
}

const isPicture = (file: string) => file.endsWith('.png')

/** A study's PNGs, or a sentence why not. */
export async function pictures(study: Study): Promise<{ files: ResultFile[]; lines: string[] }> {
  keepPromise(study.name, isPublic(study))
  const sheets = study.files.filter(({ file }) => isPicture(file))
  if (!isPublic(study))
    return {
      files: [],
      lines: sheets.length > 0 ? ['Its pictures show real eyes, or may, and stay out of the repository.', ''] : [],
    }
  const files = await Promise.all(
    sheets.map(async ({ file }) => ({
      name: nameOf(study.name, file),
      content: await readFile(join(study.path, file)),
    })),
  )
  const lines = sheets.flatMap(({ alt, caption }, i) => [`![${plain(alt)}](${files[i]!.name})`, '', plain(caption), ''])
  return { files, lines }
}
