// What the library asks of the system it runs on, for options that are left out and paths that are given. A browser's answers: host.web.ts.
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

/** Threads that can run at once: the default number of workers. */
export const availableThreads = (): number => availableParallelism()

/** The path as it is from every folder. */
export const absolutePath = (path: string): string => resolve(path)
