// A task whose answer depends on nothing but the task, done again by another worker when its own one fails.
import { mostAttempts, repeated, WorkerFault } from './faults.js'
import type { Life, Pool } from './pool.js'
import type { Answers, Task } from './protocol.js'
import { accepted } from './refusal.js'

/** @throws EyesWasmError INPUT or MODEL when the program refuses the task, WORKER when three threads failed over it, or no more is to be hoped for of the pool */
export async function runWithRetry<T extends Task>(pool: Pool, task: T, life: Life): Promise<Answers[T['kind']]> {
  for (let attempts = 1; ; attempts++) {
    try {
      const answer = accepted(await pool.run(task, life))
      pool.progressed()
      return answer
    } catch (error) {
      if (!(error instanceof WorkerFault)) throw error
      if (attempts === mostAttempts) throw repeated(`one task (${task.kind})`, error)
    }
  }
}
