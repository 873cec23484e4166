// The far side of a web worker: worker.ts in a browser. One task at a time, in the order in which they come; what is done with one is
// tasks.ts. A worker in which a task failed says why and is not used again.
import { textOf } from '../errors.js'
import type { FromWorker, ToWorker } from './pool.web.js'
import type { OpenProgram } from './program.js'
import { createTaskHandler, type TaskHandler } from './tasks.js'

/** What of a worker's global scope is used here; the DOM's types are those of a page. */
interface Scope {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

/** The page ends a worker that reports a fault, so that nothing is to be done about one here. */
export const endingOnFault = (handle: TaskHandler): TaskHandler => handle

/** Takes the setup and then tasks from the page; answers once the setup has come and the program is there. */
export function serve<Source>(openProgram: OpenProgram<Source>): Promise<TaskHandler> {
  const scope = globalThis as unknown as Scope
  return new Promise(resolve => {
    let handler: Promise<TaskHandler> | undefined
    async function answer(message: ToWorker): Promise<FromWorker> {
      if ('setup' in message) {
        handler = createTaskHandler<Source>({ ...message.setup, program: message.setup.program as Source }, openProgram)
        resolve(await handler)
        return { kind: 'up' }
      }
      if (!handler) throw new Error('found a task, wanted the setup first')
      const handle = await handler
      return { kind: 'answer', answer: handle(message.task) }
    }
    scope.onmessage = ({ data }) => {
      answer(data)
        .catch((error: unknown): FromWorker => ({ kind: 'fault', reason: textOf(error) }))
        .then(
          reply => scope.postMessage(reply),
          () => undefined,
        )
    }
  })
}
