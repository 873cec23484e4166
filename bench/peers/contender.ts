// What the train and peers sections race: something that can compute the loss of given images and run steps on request, idle between.
// own.ts is this package; child.ts drives a process of its own (tfjs.ts, pytorch.py).

/** What some steps took. */
export interface Run {
  /** Milliseconds of each step. */
  readonly steps: readonly number[]
  readonly cpuMilliseconds: number
  readonly wallMilliseconds: number
}

export interface Contender {
  readonly name: string
  readonly threads: number
  readonly does: 'training' | 'forward only'
  /** Images of a step. */
  readonly images: number
  /** Loss of the first `images` images with the first weights, in epoch 1. */
  loss(): Promise<number>
  run(steps: number): Promise<Run>
  close(): Promise<void>
}

/** Lets all run in turn, so that whatever else the machine does meets each alike; the runs by contender. */
export async function race(
  contenders: readonly Contender[],
  rounds: number,
  steps: number,
): Promise<Map<Contender, Run[]>> {
  const runs = new Map(contenders.map(contender => [contender, [] as Run[]]))
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders) runs.get(contender)!.push(await contender.run(steps))
  return runs
}
