// A contender in a process of its own. It says one line of JSON when it is ready, then answers one line to each it is sent:
// {"do":"loss"} -> {"loss"}, {"do":"run","steps":n} -> {"steps","cpuMilliseconds"}. It ends with its standard input. serve.ts is its side.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Contender, Run } from './contender.js'
import type { Ready } from './serve.js'

/** A contender that is a process. */
export interface Child extends Contender {
  /** Mean loss of the first `images` examples taken `part` at a time, where the process can tell (serve.ts). */
  lossOf(images: number, part: number): Promise<number>
  /** Examples that its own loss is computed of at a time, where that is not all. */
  readonly part?: number
  /** Why it only runs forward. */
  readonly complaint?: string
}

/** Of what an ended process wrote to stderr: its error's line, without the stack below it, or else the last line. */
export function reasonOf(complaint: string): string {
  const lines = complaint.trim().split('\n')
  return lines.findLast(line => /^\w*Error: /.test(line)) ?? (lines.at(-1) || 'no reason given')
}

/** Starts the process, or answers why it cannot do the job. */
export async function openChild(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Child | { missing: string }> {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)))
  child.on('error', error => (complaint = error.message))
  child.stdin.on('error', () => undefined) // a child that died has said why
  const ended = once(child, 'close').catch(() => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async () => {
    const line = await lines.next()
    if (!line.done) return JSON.parse(line.value) as unknown
    await ended
    return null
  }
  const ask = async <T>(request: object): Promise<T> => {
    child.stdin.write(JSON.stringify(request) + '\n')
    const answer = await read()
    if (answer === null) throw new Error(`${command} ${args.join(' ')}: ended early: ${complaint}`)
    return answer as T
  }
  const ready = (await read()) as Ready | null
  if (ready === null) return { missing: reasonOf(complaint) }
  return {
    ...ready,
    lossOf: async (images, part) => (await ask<{ loss: number }>({ do: 'loss', images, part })).loss,
    loss: async () => (await ask<{ loss: number }>({ do: 'loss' })).loss,
    run: steps => ask<Run>({ do: 'run', steps }),
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
