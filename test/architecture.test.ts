// The rules that no single file shows: which way imports point (docs/architecture.md's table), and that nothing which reaches pixels,
// noise or weights depends on the host's mathematics or on relaxed SIMD. Reads sources; runs none of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Slash-separated paths of a folder's TypeScript files, relative to the repository. */
function sources(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Repository paths (without extension) of a file's relative imports: static, dynamic, re-exports and types alike. */
function imports(path: string, text: string): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map(file => file.fileName)
    .filter(name => name.startsWith('.'))
    .map(name => posix.join(posix.dirname(path), name).replace(/\.(js|ts)$/, ''))
}

// ---- Which way imports point

/** src folder -> the src folders and top files that its row names, from the table in docs/architecture.md. */
function readTable(markdown: string): Map<string, string[]> {
  const table = new Map<string, string[]>()
  for (const row of markdown.matchAll(/^\|(.+?)\|.+?\|(.+?)\|$/gm)) {
    for (const folder of row[1]!.matchAll(/`src\/([a-z]+)\/`/g)) {
      const words =
        row[2]!.trim() === 'everything above' ? [...table.keys()] : row[2]!.split(',').map(word => word.trim())
      table.set(
        folder[1]!,
        words.filter(word => /^[a-z]+$/.test(word)),
      )
    }
  }
  return table
}

const table = readTable(read('docs/architecture.md'))

/** The folder itself, what its row names, and so on downwards. */
function reach(folder: string, seen = new Set<string>()): Set<string> {
  if (seen.has(folder)) return seen
  seen.add(folder)
  for (const next of table.get(folder) ?? []) reach(next, seen)
  return seen
}

/** Files with nothing but types, which bind no folder to another at run time. */
const contracts = ['src/models/spec', 'src/data/dataset', 'src/training/types']
const doors = ['src/index', 'src/backend']

const folderOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1]

/** Why `path` may not import `target`, or undefined. */
function upward(path: string, target: string): string | undefined {
  const arrow = `${path} -> ${target}`
  if (!target.startsWith('src/')) return `${arrow}: leaves src/`
  if (doors.includes(target)) return `${arrow}: a door is for users, not for src/`
  if (contracts.includes(target)) return undefined
  const [from, to] = [folderOf(path), folderOf(target)]
  if (to === undefined) return undefined
  if (from === undefined) {
    if (path === 'src/index.ts') return undefined
    return path === 'src/backend.ts' && reach('kernels').has(to) ? undefined : `${arrow}: a top file under all folders`
  }
  if (!table.has(from)) return `${arrow}: docs/architecture.md has no row for src/${from}/`
  return reach(from).has(to) ? undefined : `${arrow}: upward; see the table in docs/architecture.md`
}

describe('imports', () => {
  it('point down the table of docs/architecture.md', () => {
    const files = sources('src')
    expect(files.length).toBeGreaterThan(5)
    const arrows = files.flatMap(path => imports(path, read(path)).map(target => upward(path, target)))
    expect(arrows.length).toBeGreaterThan(5)
    expect(arrows.filter(problem => problem !== undefined)).toEqual([])
  })

  it('the table was understood, and an upward arrow would be seen', () => {
    expect([...table.keys()]).toEqual(
      expect.arrayContaining(['wasm', 'random', 'kernels', 'models', 'parallel', 'data', 'cli']),
    )
    expect(reach('training')).toContain('wasm')
    expect(imports('src/data/a.ts', "export { b } from '../training/loop.js'\nawait import('./c.js')")).toEqual([
      'src/training/loop',
      'src/data/c',
    ])
    expect(upward('src/data/a.ts', 'src/training/loop')).toContain('upward')
    expect(upward('src/models/a.ts', 'src/parallel/pool')).toContain('upward')
    expect(upward('src/errors.ts', 'src/data/npy')).toContain('under all folders')
    expect(upward('src/data/a.ts', 'src/index')).toContain('door')
    expect(upward('src/new/a.ts', 'src/data/npy')).toContain('no row')
    expect(upward('src/cli/train.ts', 'src/training/loop')).toBeUndefined()
    expect(upward('src/report/chart.ts', 'src/training/types')).toBeUndefined()
  })

  it('files open to all hold types only', () => {
    for (const contract of contracts) {
      const { outputText } = ts.transpileModule(read(`${contract}.ts`), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, removeComments: true },
      })
      expect(outputText.trim(), contract).toBe('export {};')
    }
  })

  it('the slow references import nothing from src, and bench nothing from test', () => {
    const found = (folder: string, forbidden: string) =>
      sources(folder).flatMap(path => imports(path, read(path)).filter(target => target.startsWith(forbidden)))
    expect(sources('test/reference').length).toBeGreaterThan(0)
    expect(found('test/reference', 'src/')).toEqual([])
    expect(found('bench', 'test/')).toEqual([])
  })
})

// ---- The same bits on every machine

/** What IEEE 754 and ECMAScript define to the last bit, and constants. */
const exactMath = [
  'sqrt',
  'floor',
  'ceil',
  'round',
  'trunc',
  'abs',
  'min',
  'max',
  'imul',
  'fround',
  'sign',
  'clz32',
  'PI',
]

/** Folders from which numbers flow into pixels that we generate, noise, gradients or weights. */
const valuePaths = ['src/random', 'src/data', 'src/models', 'src/kernels', 'src/parallel', 'src/training']

/** Tools that write constants into the kernels. */
const valueTools = ['tools/transforms.js', 'tools/write-transforms.js']

/** Exceptions, each with its reason. */
const allowed: Record<string, readonly string[]> = {
  'src/training/metrics.ts': ['Math.log10'], // PSNR is printed, never computed with
}

const isPower = ({ operatorToken: { kind } }: ts.BinaryExpression) =>
  kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken

/** `2 ** 32` with both numbers written out: a constant that every engine makes exactly. */
const isPowerOfTwo = (node: ts.BinaryExpression) => node.left.getText() === '2' && ts.isNumericLiteral(node.right)

/** Uses of Math beyond the exact functions, and of the power operator beyond constants, as `Math.exp` or `**`. */
function hostMath(text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isBinaryExpression(node) && isPower(node) && !isPowerOfTwo(node)) found.push('**')
    if (ts.isIdentifier(node) && node.text === 'Math') {
      const name =
        ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node
          ? node.parent.name.text
          : undefined
      if (name === undefined || !exactMath.includes(name))
        found.push(name === undefined ? 'Math as a value' : `Math.${name}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true))
  return found
}

describe('portable bits', () => {
  it('nothing on the way to pixels, noise or weights uses the host’s transcendental functions', () => {
    const files = [...valuePaths.flatMap(sources), ...valueTools]
    expect(files.length).toBeGreaterThan(5)
    const uses = files.flatMap(path =>
      hostMath(read(path))
        .filter(use => !allowed[path]?.includes(use))
        .map(use => `${path}: ${use}`),
    )
    expect(uses).toEqual([])
  })

  it('the exceptions are still used', () => {
    for (const [path, uses] of Object.entries(allowed))
      expect(hostMath(read(path)), path).toEqual(expect.arrayContaining([...uses]))
  })

  it('the rule sees functions, powers and ways around it, but not comments', () => {
    expect(hostMath('const a = Math.exp(1) + 2 ** x + 3 ** 2; b **= 2')).toEqual(['Math.exp', '**', '**', '**'])
    expect(hostMath("const { pow } = Math; Math['sin'](1); f(Math)")).toEqual(Array(3).fill('Math as a value'))
    expect(hostMath('Math.random(); Math.hypot(1, 2)')).toEqual(['Math.random', 'Math.hypot'])
    expect(
      hostMath("/** Math.exp, 2 ** 3 */ const a = Math.sqrt(2) / 2 ** 32 // Math.log(1)\nconst b = 'Math.tan'"),
    ).toEqual([])
  })

  it('assembly uses neither Math, which brings data tables, nor relaxed SIMD', () => {
    const files = sources('assembly')
    expect(files.length).toBeGreaterThan(0)
    const words = files.flatMap(path => identifiers(read(path)).map(word => `${path}: ${word}`))
    expect(words.filter(word => /: (Math|Mathf|NativeMath|NativeMathf|relaxed_\w+)$/.test(word))).toEqual([])
    expect(identifiers('@inline function f(): void { Mathf.exp(1); f32x4.relaxed_madd(a, b, c) }')).toEqual(
      expect.arrayContaining(['Mathf', 'relaxed_madd']),
    )
  })

  it('the built modules hold no relaxed SIMD instruction', () => {
    const modules = ['build/kernels.wat', 'build/shared.wat'].filter(path => existsSync(join(root, path)))
    expect(modules, 'npm run build:wasm makes these').not.toEqual([])
    for (const path of modules) {
      const text = read(path)
      expect(text, path).toContain('v128.load')
      expect(text.match(/[\w.]*relaxed\w*/g), path).toBeNull()
    }
  })
})

function identifiers(text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2022, true))
  return found
}
