// The engines that tests run the built package on, and commands run under them. The running Node serves where its major version
// fits; another is fetched from npm (tools/engines.js; linux-x64 only: elsewhere there is no such package).
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { cleanEnvironment, fetchEngine, hasEngine as hasNamed, npmFolder } from '../tools/engines.js'

/** Oldest and newest long-term lines that package.json's `engines` promises, what lies between, and what comes next. */
export type NodeMajor = 20 | 22 | 24 | 26

/** Whether `nodeEngine(major)` can give an executable here; test titles say so where it cannot. */
export const hasEngine = (major: NodeMajor) => hasNamed(`node${major}`)

/** Path of a Node executable of this major version. Check `hasEngine` before. */
export const nodeEngine = (major: NodeMajor): Promise<string> => fetchEngine(`node${major}`)

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
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

/** Runs `npm` or `npx` under the given Node. Throws with npm's own words when it fails and `check` is not false. */
export async function runNpm(node: string, command: 'npm' | 'npx', args: readonly string[], cwd: string) {
  const result = await runNode(node, [join(npmFolder(), `${command}-cli.js`), ...args], cwd)
  if (result.code !== 0 && command === 'npm')
    throw new Error(`npm ${args.join(' ')} in ${cwd} ended with ${result.code}:\n${result.stderr}${result.stdout}`)
  return result
}
