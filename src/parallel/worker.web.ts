// The far side of a web worker: worker.ts in a browser. One task at a time, in the order in which they come; what is done with one is
// tasks.ts. A worker in which a task failed says why and is not used again.
import type { FromWorker, ToWorker } from './pool.web.js'
import { createTaskHandler } from './tasks.js'

/** What of a worker's global scope is used here; the DOM's types are those of a page. */
interface Scope {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

const scope = globalThis as unknown as Scope
const textOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

let handler: ReturnType<typeof createTaskHandler> | undefined

async function answer(message: ToWorker): Promise<FromWorker> {
  if ('setup' in message) {
    handler = createTaskHandler(message.setup)
    await handler
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
