// SIGINT (Ctrl-C) and SIGTERM: the first one asks the command to finish the step under way and write what it has, a second one leaves
// at once. Commands see an AbortSignal only; main.ts turns the signal into the exit code.
import { EyesWasmError } from '../errors.js'

/** 128 + the signal's number, as shells report it. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof exitCodes

const controller = new AbortController()
let received: Signal | undefined

/** Raised by the first SIGINT or SIGTERM. */
export const interruption: AbortSignal = controller.signal

/** The exit code that a received signal asks for, or undefined where none came. */
export const interruptionExitCode = () => (received === undefined ? undefined : exitCodes[received])

/** Starts listening. `onFirst` tells the person at the terminal that the end is near. */
export function listenForSignals(onFirst: (signal: Signal) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (received !== undefined) process.exit(exitCodes[signal])
      received = signal
      onFirst(signal)
      controller.abort(new EyesWasmError('ABORTED', `stopped by ${signal}`))
    })
  }
}
