// npm run results -- <folder of runs>: makes docs/results/README.md with its charts, tables and pictures from runs, sweeps and studies under
// agreed names (CONTRIBUTING.md lists them), and README's table of results. Can be run at any time: what is missing is listed. Trains nothing.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EyesWasmError } from '../../src/errors.js'
import { replaceBlock } from '../readme-block.js'
import { openSource, resultFiles } from './page.js'
import { summaryBlock } from './summary.js'

const target = 'docs/results'

async function main([folder, ...others]: readonly string[]): Promise<void> {
  if (folder === undefined || others.length > 0) throw new Error('usage: npm run results -- <folder of runs>')
  const files = await resultFiles(folder, join(target, 'remarks'))
  await mkdir(target, { recursive: true })
  // All of it is made anew but the remarks: no file of a run that is gone stays.
  const old = (await readdir(target, { withFileTypes: true })).filter(entry => entry.isFile())
  for (const { name } of old) await rm(join(target, name))
  for (const { name, content } of files) await writeFile(join(target, name), content)
  replaceBlock('results', await summaryBlock(await openSource(folder)))
  console.log(`${files.length} files in ${target}`)
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof EyesWasmError ? error.message : error)
  process.exitCode = 1
})
