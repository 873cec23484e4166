// What Emscripten's modules do to the process that brings them up, undone. In a browser they do nothing of the kind: process-listeners.web.ts.

const processEvents = ['uncaughtException', 'unhandledRejection']

/**
 * Runs `bringUp`, then takes away the listeners that it has put on the process. Emscripten's throw every uncaught error again, which
 * changes the exit code (7) and the output of anyone's program, for as long as the backend lives.
 */
export async function withoutNewListeners<T>(bringUp: () => Promise<T>): Promise<T> {
  const before = new Set(processEvents.flatMap(event => process.rawListeners(event)))
  const pending = bringUp() // they are put there before the first await
  for (const event of processEvents) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void)
    }
  }
  return pending
}
