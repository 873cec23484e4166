// What the loss is given in a worker: rows of shared arrays as tensors, or whatever an indexed module makes of the examples' numbers. Order and choice of
// the examples are the engine's.
import type { Tensor } from '@tensorflow/tfjs-core'
import { lengthOf } from './data.js'
import { ProgramError } from '../parallel/program.js'
import { type DataModule, loadData, type Tfjs } from './load-module.js'
import { sizeOf } from './protocol.js'
import type { ModuleContext, SharedData, SharedTensor } from './types.js'

export interface Examples {
  readonly length: number
  /** The examples of `context.indices`. */
  batch(context: ModuleContext): unknown
}

/** Rows of one array, [ids.length, ...]. */
function rows(tf: Tfjs, { values, shape, dtype }: SharedTensor, ids: readonly number[]): Tensor {
  const size = sizeOf(shape.slice(1))
  const gathered = dtype === 'float32' ? new Float32Array(ids.length * size) : new Int32Array(ids.length * size)
  ids.forEach((id, n) => gathered.set(values.subarray(id * size, (id + 1) * size), n * size))
  return tf.tensor(gathered, [ids.length, ...shape.slice(1)], dtype)
}

export function sharedExamples(tf: Tfjs, data: SharedData): Examples {
  const entries = Object.entries(data)
  return {
    length: lengthOf(data),
    batch: ({ indices }) => Object.fromEntries(entries.map(([name, tensor]) => [name, rows(tf, tensor, indices)])),
  }
}

function moduleExamples(tf: Tfjs, module: DataModule, who: string): Examples {
  const length = module.length()
  if (length instanceof Promise)
    throw new ProgramError(
      'MODEL',
      `${who}: length answers a promise, wanted a number. Find it out in setup, which may be async.`,
    )
  if (!Number.isSafeInteger(length) || (length as number) < 1)
    throw new ProgramError('MODEL', `${who}: length is ${String(length)}, wanted a whole number of at least 1.`)
  return {
    length: length as number,
    batch(context) {
      const found = module.batch(tf, context.indices, context)
      if (found instanceof Promise)
        throw new ProgramError(
          'MODEL',
          `${who}: batch answers a promise, wanted the tensors. Load in setup what takes time.`,
        )
      return found
    },
  }
}

/** Opens the data that a trainer was given. @throws ProgramError for a module that is none */
export async function openExamples(
  tf: Tfjs,
  data: SharedData | string,
  { who, seed, settings }: { who: string; seed: number; settings: unknown },
): Promise<Examples> {
  if (typeof data !== 'string') return sharedExamples(tf, data)
  const module = await loadData(data, who)
  await module.setup?.(tf, { seed, settings })
  return moduleExamples(tf, module, who)
}
