// Where a sweep's definition comes from: a YAML file, one of the report's presets, or a program. The YAML library is loaded when a file
// is read.
import { basename, extname } from 'node:path'
import { EyesWasmError, inputError } from '../../errors.js'
import { readTextFile } from '../../input-file.js'
import { overrideDefinition, parseDefinition, type SweepDefinition } from './definition.js'
import { preset } from './presets.js'
import type { OptionNamer, TrainOptions } from '../../training/options.js'

/** A YAML file, a preset's name, or what the file would say. */
export type SweepSource =
  { readonly file: string } | { readonly preset: string } | { readonly name: string; readonly definition: unknown }

export interface DefinitionOptions {
  readonly sweep: SweepSource
  /** In place of the sweep's own; options that it varies are refused. `threads` are those of all trials together, and not part of it. */
  readonly options?: TrainOptions | undefined
  /** Train each setting with this many seeds. */
  readonly seeds?: number | undefined
}

const mostBytes = 1_000_000

/** A file's content as plain data. @throws INPUT with line and column for what is not YAML */
async function readYaml(file: string): Promise<unknown> {
  const text = await readTextFile(file, mostBytes, 'a sweep in YAML')
  const { parseDocument } = await import('./yaml.js')
  try {
    const document = parseDocument(text, { uniqueKeys: true, logLevel: 'silent' })
    const [problem] = [...document.errors, ...document.warnings]
    if (problem !== undefined) {
      const what = problem.message.split('\n')[0]!.replace(/:$/, '')
      throw inputError(`${file}: is not the YAML wanted: ${what}. Mend that line.`, problem)
    }
    return document.toJS() as unknown
  } catch (error) {
    if (error instanceof EyesWasmError) throw error
    // Aliases that multiply, or a nesting beyond the stack.
    throw inputError(
      `${file}: cannot be spelled out (${(error as Error).message}). Write it without aliases, and flat.`,
      error,
    )
  }
}

async function readSource(source: SweepSource): Promise<SweepDefinition> {
  if ('preset' in source) return preset(source.preset)
  if ('definition' in source) return parseDefinition(source.definition, source.name, source.name)
  const { file } = source
  const stem = basename(file, extname(file)).replace(/[^\w.-]/g, '-')
  return parseDefinition(await readYaml(file), file, stem === '' ? 'sweep' : stem)
}

/** The definition, with the given options in place of its own. @throws INPUT */
export async function readDefinition({ sweep, options, seeds }: DefinitionOptions, name?: OptionNamer) {
  const own = Object.fromEntries(Object.entries(options ?? {}).filter(([key]) => key !== 'threads'))
  return overrideDefinition(await readSource(sweep), { options: own, seeds }, name)
}
