// Every ```js block of the documents for users (docs/browser.md's pages are opened by a test of their own), against the built package, in a folder of its own where the package and tfjs are linked. A block's
// output is the ```text block right behind it. A block that begins with `// name.js` is a file that later ones find under that name; after
// `<!-- types -->` comes a block whose types are checked, as it would run for minutes.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNode } from '../engines.js'

const root = resolve(import.meta.dirname, '../..')
const slow = 200_000

interface Snippet {
  readonly line: number
  readonly name: string
  readonly isTypesOnly: boolean
  readonly code: string
  /** What it prints, where the document says so. */
  readonly output?: string
}

/** The ```js blocks of a document in their order. */
function snippetsOf(text: string): Snippet[] {
  const block = /^(<!-- types -->\n+)?```js\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?/gms
  return [...text.matchAll(block)].map(match => {
    const line = text.slice(0, match.index).split('\n').length
    const code = match[2]!
    return {
      ...{ line, code, isTypesOnly: match[1] !== undefined },
      name: /^\/\/ (\S+\.js)\n/.exec(code)?.[1] ?? `line-${line}.js`,
      ...(match[3] !== undefined && { output: match[3] }),
    }
  })
}

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'eyes-snippets-'))
  await mkdir(join(scratch, 'node_modules'))
  await symlink(root, join(scratch, 'node_modules/eyes-wasm'), 'junction')
  await symlink(join(root, 'node_modules/@tensorflow'), join(scratch, 'node_modules/@tensorflow'), 'junction')
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

/** Type-checks a program that uses the package as TypeScript, with no types but its own. */
async function checkTypes(folder: string, code: string): Promise<void> {
  await writeFile(join(folder, 'snippet.ts'), code)
  const types = { module: 'nodenext', target: 'ES2022', strict: true, noEmit: true, lib: ['ES2022', 'DOM'], types: [] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: types, files: ['snippet.ts'] }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const result = await runNode(process.execPath, [tsc, '-p', '.'], folder)
  expect(result).toEqual({ code: 0, stdout: '', stderr: '' })
}

const documents = ['README.md', 'docs/backend.md', 'docs/parallel-trainer.md']
describe.each(documents.filter(document => existsSync(join(root, document))))('%s', document => {
  it('its examples do what it says', { timeout: slow }, async () => {
    const folder = join(scratch, document.replaceAll('/', '-'))
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const text = await readFile(join(root, document), 'utf8')
    const snippets = snippetsOf(text)
    // A block that the expression above does not see would go untested.
    expect(snippets.length).toBe([...text.matchAll(/^ *```js/gm)].length)
    expect(snippets.length).toBeGreaterThan(0)
    for (const { line, name, isTypesOnly, code, output } of snippets) {
      await writeFile(join(folder, name), code)
      if (isTypesOnly) await checkTypes(folder, code)
      else {
        const result = await runNode(process.execPath, [name], folder)
        expect(result, `${document}:${line}: ${result.stderr}`).toMatchObject({ code: 0 })
        if (output !== undefined) expect(result.stdout, `${document}:${line}`).toBe(output)
      }
    }
  })
})
