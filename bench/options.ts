// The bench's flags. Unknown ones are errors, as everywhere.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { inputError } from '../src/errors.js'
import type { ModelSpec } from '../src/models/spec.js'
import { reportModels } from './models.js'
import { type OtherName, otherNames } from './other-models.js'

export const sectionNames = ['limits', 'kernels', 'train', 'peers', 'others', 'start-up', 'memory', 'safety'] as const
export type SectionName = (typeof sectionNames)[number]

export interface Options {
  readonly sections: readonly SectionName[]
  /** Of the report's models. */
  readonly models: readonly ModelSpec[]
  /** Of other people's. */
  readonly others: readonly OtherName[]
  readonly threads: readonly number[]
  readonly quick: boolean
  /** File for the results as JSON, or null. */
  readonly json: string | null
  /** File of earlier results to compare with, or null. */
  readonly compare: string | null
  /** Files of results to draw and write out, instead of measuring; or null. */
  readonly render: readonly string[] | null
  readonly help: boolean
}

/** Without --models. */
const defaultModels = { full: 'ae-3-1-1,vae-5-1-2', quick: 'ae-3-1-1,vae-4-2-2' }
const defaultOthers = { full: otherNames.join(','), quick: 'lenet' }

export const usage = `npm run bench -- [flags]
  --only NAMES      sections to run: ${sectionNames.join(',')} (all)
  --models NAMES    ae-3-1-1,vae-5-1-2 and so on (model-kernel-stride-padding), or all
                    (${defaultModels.full}; with --quick ${defaultModels.quick});
                    of others: ${otherNames.join(',')}
                    (these; with --quick ${defaultOthers.quick})
  --threads COUNTS  worker threads of train and, the most of them, of peers and others (1, 2, 4 … and one a core)
  --quick           fewer repetitions, under a minute in all
  --json FILE       write the results there too, as they come
  --compare FILE    beside results that --json wrote before: rows over 10 % slower are regressions
  --render FILES    measure nothing; from FILES that --json wrote, comma-separated, the one for README's left column first:
                    FILE.md beside each, docs/images/speed.svg and the speed tables of README.md

A run that other work kept from its cores (it used less than 90 % of them, and so much was not left to it) is thrown away and
made again. Where that does not help the row is left out.

Exit code: 0; 1 a result was wrong or impossibly fast, or --compare found a regression; 2 bad flags or files; 3 the machine was too
busy, and rows are missing. Goals that were not met are printed as 'short' and change nothing.`

/** 1, 2, 4 … up to the machine's cores, and the cores. */
function threadCounts(cores: number): number[] {
  const counts = []
  for (let n = 1; n < cores; n *= 2) counts.push(n)
  return [...counts, cores]
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

function namesOf<T extends string>(flag: string, text: string, known: readonly T[]): T[] {
  const found = text.split(',').map(name => {
    const match = known.find(candidate => candidate === name)
    if (match === undefined) throw inputError(`${flag}: found '${name}', wanted ${known.join(', ')}.`)
    return match
  })
  return unique(found)
}

function counts(text: string, cores: number): number[] {
  const found = text.split(',').map(word => {
    const count = /^\d+$/.test(word) ? Number(word) : 0
    if (count >= 1 && count <= cores) return count
    throw inputError(
      `--threads: found '${word}', wanted whole numbers from 1 to ${cores}, the cores here. For example --threads 1.`,
    )
  })
  return unique(found).sort((a, b) => a - b)
}

function fileOf(flag: string, path: string | undefined): string | null {
  if (path === undefined) return null
  if (path.trim() === '')
    throw inputError(`${flag}: found an empty name, wanted a file's. For example ${flag} now.json.`)
  return path
}

const known = {
  only: { type: 'string' },
  models: { type: 'string' },
  threads: { type: 'string' },
  json: { type: 'string' },
  compare: { type: 'string' },
  render: { type: 'string' },
  quick: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known }).values
  } catch (cause) {
    throw inputError(`bench: ${(cause as Error).message}\n${usage}`, cause)
  }
}

/** The models of --models, each in its list. */
function modelsOf(text: string | undefined, quick: boolean): Pick<Options, 'models' | 'others'> {
  const names = [...reportModels.keys()]
  const which = quick ? 'quick' : 'full'
  const wanted = text ?? `${defaultModels[which]},${defaultOthers[which]}`
  const found = wanted === 'all' ? [...names, ...otherNames] : namesOf('--models', wanted, [...names, ...otherNames])
  return {
    models: found.flatMap(name => reportModels.get(name) ?? []),
    others: otherNames.filter(name => found.includes(name)),
  }
}

/** @throws INPUT for a flag or value it does not know. `cores`: of this machine. */
export function parseOptions(args: readonly string[], cores = availableParallelism()): Options {
  const values = valuesOf(args)
  const { only, threads, quick = false, help = false } = values
  const others = Object.keys(values).filter(name => name !== 'render')
  if (values.render !== undefined && others.length > 0)
    throw inputError(`--render: found --${others.join(', --')} beside it, wanted it alone: it measures nothing.`)
  return {
    ...modelsOf(values.models, quick),
    sections: only === undefined ? sectionNames : namesOf('--only', only, sectionNames),
    threads: threads === undefined ? threadCounts(cores) : counts(threads, cores),
    quick,
    json: fileOf('--json', values.json),
    compare: fileOf('--compare', values.compare),
    render: values.render?.split(',').map(path => fileOf('--render', path)!) ?? null,
    help,
  }
}
