// The image models' executor over Node's worker threads: what the commands and the library open. The browser has a pool of its own.
import { openImageExecutor, type ImageExecutor, type ImageExecutorOptions } from '../imaging/executor.js'
import { openPool, type PoolOptions } from '../parallel/pool.js'

export type Executor = ImageExecutor

export interface ExecutorOptions extends Omit<ImageExecutorOptions, 'openPool'> {
  /** The pool's; `onFault` is told of each fault that is passed over. */
  readonly pool?: PoolOptions
}

export const openExecutor = ({ pool, ...options }: ExecutorOptions): Promise<Executor> =>
  openImageExecutor({ ...options, openPool: (setup, threads) => openPool(setup, threads, pool) })
