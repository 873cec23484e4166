// Runs the built command as users do: a process of its own in an empty folder. For the tests of messages, exit codes and files.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

if (!existsSync(cliPath)) throw new Error('dist/cli.js is not there. Run npm run build first.')

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly folder: string
  readonly environment?: NodeJS.ProcessEnv
  /** Called with everything that stderr has said so far, each time it says more. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void
}

/**
 * `eyes-wasm …args` in `folder`, as a process under way with pipes for stdout and stderr. It is killed after `seconds`, so that nothing
 * outlives a test that gave up on it.
 */
export const startCommand = (args: readonly string[], folder: string, environment?: NodeJS.ProcessEnv, seconds = 50) =>
  spawn(process.execPath, [cliPath, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 1000 * seconds,
    killSignal: 'SIGKILL',
  })

/** `eyes-wasm …args` in `folder`, to its end. */
export function runCommand(args: readonly string[], { folder, environment, onStderr }: CommandOptions) {
  return new Promise<CommandResult>((resolve, reject) => {
    const child = startCommand(args, folder, environment)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      onStderr?.(stderr, signal => child.kill(signal))
    })
    child.on('error', reject)
    child.on('close', code => {
      resolve({ code, stdout, stderr })
    })
  })
}

/** An empty folder of its own, and what to call when done with it. */
export async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'eyes-command-'))
  return {
    folder,
    entries: async () => (await readdir(folder)).toSorted(),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
