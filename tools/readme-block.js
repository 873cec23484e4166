// The generated parts of README.md and of other documents, which stand between marks like `<!-- run:start -->` and `<!-- run:end -->`. What goes
// there is made by readme.js, test-engines.js, results/ and kernel-table.js.
import { readFileSync, writeFileSync } from 'node:fs'

/** Puts Markdown between the marks of this name. */
export function replaceBlock(name, markdown, file = 'README.md') {
  const text = readFileSync(file, 'utf8')
  const marks = new RegExp(`(<!-- ${name}:start -->\n)[^]*(<!-- ${name}:end -->)`)
  if (!marks.test(text)) throw new Error(`${file}: found no ${name}:start and ${name}:end marks, wanted both.`)
  writeFileSync(
    file,
    text.replace(marks, (_, start, end) => `${start}\n${markdown.trimEnd()}\n\n${end}`),
  )
}

/** A command's output as it is. */
export const literally = output => `\`\`\`\n${output.trimEnd()}\n\`\`\``
