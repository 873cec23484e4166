// `--render`: from stored results to what the repository shows of them: a Markdown file beside each, the chart, README's tables. Run
// from the repository's root. Measures nothing: the same files give the same bytes.
import { readFile, writeFile } from 'node:fs/promises'
import { inputError } from '../src/errors.js'
import { readResults } from './files.js'
import { markdown } from './markdown.js'
import { readmeText } from './readme.js'
import { isPyTorch } from './ratios.js'
import { drawSpeed } from './speed-chart.js'

export const chartPath = 'docs/images/speed.svg'
const marks = /(<!-- bench:start -->\n)[^]*?(<!-- bench:end -->)/

/** Markdown's file of a results file. */
export const markdownPath = (path: string) => path.replace(/(\.json)?$/, '.md')

/** `text` with README's part between its marks replaced. @throws INPUT without marks */
export function withTables(text: string, tables: string): string {
  if (!marks.test(text)) throw inputError('README.md: found no bench:start and bench:end marks, wanted both.')
  return text.replace(marks, (_, start: string, end: string) => `${start}\n${tables}\n\n${end}`)
}

/** Every file that the results give, by path. */
export async function rendered(paths: readonly string[], readme: string): Promise<Map<string, string>> {
  const all = await Promise.all(paths.map(path => readResults('--render', path)))
  if (!all.some(({ peers = [] }) => peers.some(isPyTorch)))
    throw inputError(
      '--render: found no row of PyTorch in these files, wanted one to compare with. Measure with --only peers.',
    )
  const pages = paths.map(markdownPath)
  const files = new Map(pages.map((page, i) => [page, markdown(all[i]!) + '\n']))
  files.set(chartPath, await drawSpeed(all.filter(({ peers = [] }) => peers.length > 0)))
  files.set('README.md', withTables(readme, readmeText(all, pages)))
  return files
}

/** Writes them; answers what it wrote. */
export async function render(paths: readonly string[]): Promise<string> {
  const files = await rendered(paths, await readFile('README.md', 'utf8'))
  for (const [path, text] of files) await writeFile(path, text)
  return `written: ${[...files.keys()].join(', ')}`
}
