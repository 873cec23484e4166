// Checkpoints of a fit in their folder: `last` and the one before it (training/checkpoint-folder.ts), under a lock. What a checkpoint holds is checkpoint.ts.
import { inputError } from '../errors.js'
import type { Executor } from '../parallel/executor.js'
import {
  checkOwnFolder,
  type Chosen,
  makeCheckpointFolder,
  mendCheckpoints,
  newestCheckpoint,
  noticeOf,
  readNewest,
  removeAllTemporaries,
  saveLast,
} from '../training/checkpoint-folder.js'
import { lockFolder, type FolderLock } from '../training/lock.js'
import { makeFolder } from '../training/storage.js'
import {
  checkIdentity,
  type Checkpoint,
  checkpointFile,
  readCheckpoint,
  shortened,
  type TrainingIdentity,
  type VectorName,
  vectorNames,
  vectorOf,
} from './checkpoint.js'
import type { FitState } from './fit.js'
import type { FitCallback } from './types.js'

const vectorsOf = (executor: Executor): readonly (readonly [VectorName, Float32Array])[] =>
  vectorNames.flatMap(name => {
    const values = executor[name]
    return values && values.length > 0 ? [[name, values] as const] : []
  })

/** A checkpoint that a training may go on from. */
export type Found = Chosen & { readonly found: Checkpoint }

export interface Saver {
  lock(): Promise<void>
  release(): Promise<void>
  /** @throws INPUT where there is a checkpoint already, which a new training would replace */
  checkVacant(): Promise<void>
  /** The newest checkpoint, null where there is none. @throws INPUT for one of another training */
  find(): Promise<Found | null>
  /** Puts its vectors into the executor. @throws INPUT where they do not fit */
  restore(executor: Executor, found: Found): Promise<FitState>
  callback(executor: Executor, state: FitState, every: number): FitCallback
  /** Writes what is newer than the last checkpoint. @throws STORAGE */
  save(executor: Executor, state: FitState): Promise<void>
}

/** @param onNotice told of a damaged checkpoint that was passed over */
export function openSaver(folder: string, given: TrainingIdentity, onNotice?: (text: string) => void): Saver {
  const identity = shortened(given)
  let lock: FolderLock | null = null
  let savedStep = -1

  async function save(executor: Executor, state: FitState): Promise<void> {
    if (state.step === savedStep) return
    await lock?.check()
    await saveLast(folder, checkpointFile(vectorsOf(executor), state, identity))
    savedStep = state.step
  }

  return {
    async lock() {
      await makeFolder(folder)
      await checkOwnFolder(folder)
      lock = await lockFolder(folder)
      await makeCheckpointFolder(folder)
      await removeAllTemporaries(folder)
    },
    async release() {
      await lock?.release()
    },
    async checkVacant() {
      const found = await newestCheckpoint(folder)
      if (found !== null)
        throw inputError(
          `fit: ${found} is a training's checkpoint already. Set resume to go on from it, or name another folder.`,
        )
    },
    async find() {
      const newest = await readNewest(folder, readCheckpoint)
      if (newest) checkIdentity(newest.found, identity, newest.path)
      return newest
    },
    async restore(executor, newest) {
      const { found, path } = newest
      // All of them before the first is written: what is refused leaves the trainer as it was.
      const pairs = vectorsOf(executor).map(
        ([name, values]) => [values, vectorOf(found, name, values.length, path)] as const,
      )
      await mendCheckpoints(folder, newest)
      const notice = noticeOf(newest)
      if (notice !== undefined) onNotice?.(notice)
      for (const [values, saved] of pairs) values.set(saved)
      savedStep = found.state.step
      return found.state
    },
    callback: (executor, state, every) => ({
      async onEpoch({ epoch }) {
        if (epoch % every === 0) await save(executor, state)
        return undefined
      },
    }),
    save,
  }
}
