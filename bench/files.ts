// Results kept as JSON: written so that an interrupted run leaves a whole file, read with a check of what it is.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { inputError } from '../src/errors.js'
import { type Results, resultsFormat } from './results.js'

export async function writeResults(path: string, results: Results): Promise<void> {
  await writeFile(`${path}.part`, JSON.stringify(results, null, 2) + '\n')
  await rename(`${path}.part`, path)
}

/** @throws INPUT for a file that is not there, or not results of this version. */
export async function readResults(flag: string, path: string): Promise<Results> {
  let found: unknown
  try {
    found = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw inputError(`${flag}: ${path} could not be read: ${(cause as Error).message}. Write one with --json.`, cause)
  }
  const { format } = (found ?? {}) as Partial<Results>
  if (format === resultsFormat) return found as Results
  throw inputError(
    `${flag}: ${path} has the format ${JSON.stringify(format)}, wanted '${resultsFormat}'. Measure again with --json.`,
  )
}
