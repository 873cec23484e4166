// The far side of the thread: Piscina's worker file. What it does with a task is tasks.ts.
import { workerData } from 'node:worker_threads'
import type { WorkerSetup } from './protocol.js'
import { createTaskHandler } from './tasks.js'

// Piscina awaits a default export that is a promise: the handler exists once the backend does.
export default createTaskHandler(workerData as WorkerSetup)
