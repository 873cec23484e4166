// The contender's side of child.ts's line protocol, for those written in TypeScript: one line when ready, then an answer to each request.
import { createInterface } from 'node:readline'
import type { Contender, Run } from './contender.js'

export interface Ready {
  readonly name: string
  readonly threads: number
  readonly does: Contender['does']
  readonly images: number
  /** Examples that its loss is computed of at a time; of all where left out. Batch normalisation tells them apart. */
  readonly part?: number
  /** Why it only runs forward. */
  readonly complaint?: string
}

export type Request = { do: 'loss'; images?: number; part?: number } | { do: 'run'; steps: number }

interface Served {
  /** Mean loss of the first `images` examples, or of a step's, taken `part` at a time, or all at once. */
  loss: (images?: number, part?: number) => number | Promise<number>
  step: () => void | Promise<void>
}

const answer = (value: object) => process.stdout.write(JSON.stringify(value) + '\n')

async function timed(step: Served['step'], count: number): Promise<Run> {
  const before = process.cpuUsage()
  const steps: number[] = []
  for (let i = 0; i < count; i++) {
    const from = performance.now()
    await step()
    steps.push(performance.now() - from)
  }
  const { user, system } = process.cpuUsage(before)
  return { steps, cpuMilliseconds: (user + system) / 1000 }
}

/** Answers until standard input ends. */
export async function serve(ready: Ready, { loss, step }: Served): Promise<void> {
  answer(ready)
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request
    answer(
      request.do === 'loss' ? { loss: await loss(request.images, request.part) } : await timed(step, request.steps),
    )
  }
}
