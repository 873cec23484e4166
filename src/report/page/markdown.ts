// The report as Markdown, with its pictures as files beside it: the same content as the page, for a repository or a review. Writes
// nothing itself.
import { verdictMark, type Block, type Cell, type PageContent, type TableBlock } from './content.js'

export interface MarkdownReport {
  readonly text: string
  /** Name below the report's folder -> content. */
  readonly files: ReadonlyMap<string, Uint8Array | string>
}

/** Outside text must not become markup, nor end a table's cell or a link. */
const escape = (text: string) =>
  text.replace(/[\\`*_{}[\]<>|#]/g, character => `\\${character}`).replace(/\s*[\r\n]+\s*/g, ' ')

const cellText = ({ text, verdict }: Cell) => (verdict === undefined ? '' : `${verdictMark(verdict)} `) + escape(text)

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** Markdown has one line of headings: each column says its group, too. */
function tableLines({ groups, rowTitle, rows }: TableBlock): string[] {
  const heads = groups.flatMap(({ title, note, columns }) =>
    columns.map(
      column =>
        [title, column].filter(Boolean).map(escape).join(', ') +
        (note && column === columns[0] ? ` (${escape(note)})` : ''),
    ),
  )
  return [
    row([escape(rowTitle), ...heads]),
    row(['---', ...heads.map(() => '---:')]),
    ...rows.map(({ title, cells }) => row([escape(title), ...cells.map(cellText)])),
  ]
}

/** A fence longer than any run of backticks inside it. */
function listing(lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap(line => (line.match(/`+/g) ?? []).map(run => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [fence, ...lines, fence]
}

function blockLines(block: Block, addFile: (name: string, content: Uint8Array | string) => string): string[] {
  const heading = `### ${escape(block.label)}: ${escape(block.title)}`
  switch (block.kind) {
    case 'table':
      return [heading, '', ...tableLines(block), '', ...block.notes.flatMap(note => [escape(note), ''])]
    case 'picture': {
      const content = block.picture
      const path = addFile(`${block.id}.${typeof content === 'string' ? 'svg' : 'png'}`, content)
      return [heading, '', `![${escape(block.alt)}](${path})`, '', ...block.notes.flatMap(note => [escape(note), ''])]
    }
    case 'curve': {
      const path = addFile(`${block.id}.svg`, block.svg)
      return [heading, '', `![${escape(block.alt)}](${path})`, '', ...block.notes.flatMap(note => [escape(note), ''])]
    }
    case 'listing':
      return [heading, '', ...listing(block.lines), '', ...block.notes.flatMap(note => [escape(note), ''])]
    case 'missing':
      return [heading, '', `*${escape(block.reason)}*`, '']
  }
}

/** @param folder where the pictures go, below the folder of the Markdown file */
export function pageMarkdown(content: PageContent, folder: string): MarkdownReport {
  const files = new Map<string, Uint8Array | string>()
  const addFile = (name: string, bytes: Uint8Array | string) => {
    files.set(`${folder}/${name}`, bytes)
    return `${folder}/${name}`
  }
  const lines = [
    `# ${escape(content.title)}`,
    '',
    escape(content.lead),
    '',
    ...content.notices.flatMap(notice => [`> ${escape(notice)}`, '']),
    ...content.results.map(
      ({ title, value, unit, comparison }) =>
        `- ${escape(title)}: **${escape(value)} ${escape(unit)}**, ${escape(comparison)}`,
    ),
    '',
    ...content.sections.flatMap(({ title, text, blocks }) => [
      `## ${escape(title)}`,
      '',
      ...text.flatMap(line => [escape(line), '']),
      ...blocks.flatMap(block => blockLines(block, addFile)),
    ]),
    '## How it was made',
    '',
    row(['', '']),
    row(['---', '---']),
    ...content.made.map(pair => row(pair.map(escape))),
    '',
    '▲ better than the report, ▼ worse, each in the direction that the column states.',
    '',
  ]
  return { text: lines.join('\n'), files }
}
