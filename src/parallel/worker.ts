// The far side of the thread: Piscina's worker file. What it does with a task is tasks.ts. A thread in which a task failed is not used
// again, because its engine or its memory may be in any state: it says what happened and ends.
import { parentPort, workerData } from 'node:worker_threads'
import type { Answers, Task, WorkerReport, WorkerSetup } from './protocol.js'
import { createTaskHandler } from './tasks.js'

type Handler = (task: Task) => Answers[keyof Answers]

const textOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** `handle`, but that a task that throws ends the thread. The trainer hears the reason first: what was posted arrives before the end. */
export function endingOnFault(handle: Handler): Handler {
  return task => {
    try {
      return handle(task)
    } catch (error) {
      const report: WorkerReport = { fault: textOf(error) }
      parentPort?.postMessage(report)
      return process.exit(1)
    }
  }
}

// Piscina awaits a default export that is a promise: the handler exists once the backend does.
export default createTaskHandler(workerData as WorkerSetup).then(endingOnFault)
