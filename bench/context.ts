// What every section is handed: what was asked for, where its results go, and how it says how far it is.
import type { Options } from './options.js'
import type { Results } from './results.js'

export interface Context {
  readonly options: Options
  readonly results: Results
  /** A line for the person who waits. */
  readonly progress: (text: string) => void
  /** Keeps what has been found so far: called after each model, so that an interrupted run is not lost. */
  readonly save: () => Promise<void>
}

/** Adds a note, once. */
export function note({ notes }: Results, text: string): void {
  if (!notes.includes(text)) notes.push(text)
}
