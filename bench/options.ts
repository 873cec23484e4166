// The bench's flags. Unknown ones are errors, as everywhere.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { inputError } from '../src/errors.js'
import type { ModelSpec } from '../src/models/spec.js'
import { reportModels } from './models.js'

export const sectionNames = ['limits', 'kernels', 'train', 'peers', 'start-up'] as const
export type SectionName = (typeof sectionNames)[number]

export interface Options {
  readonly sections: readonly SectionName[]
  readonly models: readonly ModelSpec[]
  readonly threads: readonly number[]
  readonly quick: boolean
  /** File for the results as JSON, or null. */
  readonly json: string | null
  readonly help: boolean
}

export const usage = `npm run bench -- [flags]
  --only NAMES      sections to run: ${sectionNames.join(',')} (all)
  --models NAMES    ae-3-1-1,vae-5-1-2 and so on (model-kernel-stride-padding), or all (these two)
  --threads COUNTS  worker threads for train and peers (1, 2, 4 … and one a core)
  --quick           fewer repetitions
  --json FILE       write the results there as well`

/** 1, 2, 4 … up to the machine's cores, and the cores. */
function threadCounts(cores = availableParallelism()): number[] {
  const counts = []
  for (let n = 1; n < cores; n *= 2) counts.push(n)
  return [...counts, cores]
}

function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map(name => {
    const found = known.find(candidate => candidate === name)
    if (found === undefined) throw inputError(`${flag}: found '${name}', wanted ${known.join(', ')}.`)
    return found
  })
}

function counts(text: string): number[] {
  return text.split(',').map(word => {
    const count = Number(word)
    if (Number.isInteger(count) && count >= 1 && count <= 256) return count
    throw inputError(`--threads: found '${word}', wanted whole numbers from 1 to 256. For example --threads 1,2.`)
  })
}

/** @throws INPUT for a flag or value it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const known = {
    only: { type: 'string' },
    models: { type: 'string' },
    threads: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const
  let values
  try {
    ;({ values } = parseArgs({ args: [...args], options: known }))
  } catch (cause) {
    throw inputError(`bench: ${(cause as Error).message}\n${usage}`, cause)
  }
  const names = [...reportModels.keys()]
  const models = values.models === 'all' ? names : oneOf('--models', values.models ?? 'ae-3-1-1,vae-5-1-2', names)
  return {
    sections: values.only === undefined ? sectionNames : oneOf('--only', values.only, sectionNames),
    models: models.map(name => reportModels.get(name)!),
    threads: values.threads === undefined ? threadCounts() : counts(values.threads),
    quick: values.quick ?? false,
    json: values.json ?? null,
    help: values.help ?? false,
  }
}
