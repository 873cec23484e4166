// The far side of the thread: what Piscina's worker files are made of, one for each kind of program. What it does with a task is tasks.ts. A thread
// in which a task failed is not used again, because its engine or its memory may be in any state: it says what happened and ends.
import { parentPort, workerData } from 'node:worker_threads'
import { textOf } from '../errors.js'
import type { OpenProgram } from './program.js'
import type { WorkerReport, WorkerSetup } from './protocol.js'
import { createTaskHandler, type TaskHandler } from './tasks.js'

/** `handle`, but that a task that throws ends the thread. The trainer hears the reason first: what was posted arrives before the end. */
export function endingOnFault(handle: TaskHandler): TaskHandler {
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

/** A worker file's default export. Piscina awaits one that is a promise: the handler exists once the program does. */
export const serve = <Source>(openProgram: OpenProgram<Source>): Promise<TaskHandler> =>
  createTaskHandler(workerData as WorkerSetup<Source>, openProgram).then(endingOnFault)
