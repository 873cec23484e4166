// `eyes-wasm recipes`: a sweep over what goes beyond the report, each alone beside a baseline, and one page that says what helps. The study is
// experiments/recipes/, the trainings are a sweep's, resumable as `eyes-wasm sweep` is.
import { availableParallelism, arch, cpus, platform, totalmem } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { loadDataset } from '../data/load.js'
import { engineName } from '../engine.js'
import { isOwnOption } from '../experiments/recipes/settings.js'
import { toJson } from '../formats/json.js'
import { trainFlags } from '../training/command-line.js'
import type { TrainOptions } from '../training/options.js'
import { version } from '../version.js'
import {
  addExamples,
  addTrainFlags,
  flagName,
  jsonFlag,
  numberFlag,
  quietFlag,
  trainOptionsOf,
  type TrainFlags,
} from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks } from './progress.js'
import { sweepProgress } from './sweep.js'

interface RecipesFlags extends TrainFlags {
  readonly seeds?: number
  readonly parallel?: number
  readonly retryFailed?: boolean
  readonly out?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

const defaultSeeds = 2

/** The machine in one line: no host name, no folder. */
function machineText(): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gibibytes = Math.round(totalmem() / 1024 ** 3)
  return `${cpu}, ${availableParallelism()} cores, ${gibibytes} GiB, ${platform()} ${arch()}, ${engineName(process.versions)}`
}

/** What the images are called where no folder of the machine may stand. */
const dataName = (data: string | null | undefined) =>
  data === undefined || data === null ? 'generated eyes' : basename(resolve(data))

/** The line to give again. */
function commandText({ data, ...options }: TrainOptions, seeds: number): string {
  const source = data === undefined || data === null ? [] : ['--data', dataName(data)]
  return ['npm run recipes --', ...source, ...trainFlags(options), '--seeds', `${seeds}`].join(' ')
}

async function runRecipes(flags: RecipesFlags): Promise<void> {
  const { seeds = defaultSeeds, parallel, retryFailed, out, quiet = false, json = false, ...train } = flags
  const [{ recipesSweep }, { plainRows, recipesFiles, recipesStudy }, { runSweep }, { makeFolder, writeFileWhole }] =
    await Promise.all([
      import('../experiments/recipes/settings.js'),
      import('../experiments/recipes/recipes.js'),
      import('../experiments/sweep/sweep.js'),
      import('../training/storage.js'),
    ])
  const given = trainOptionsOf(train)
  const sweep = recipesSweep(given, flagName)
  const progress = createProgress(process.stderr, { quiet })
  try {
    const options = { sweep, options: given, seeds, out, parallel, retryFailed, signal: interruption }
    const result = await runSweep(options, sweepProgress(progress, parallel))
    interruption.throwIfAborted()
    for (const { index, id, message } of result.failed) progress.print(`failed: trial ${index} (${id}): ${message}`)
    const study = await recipesStudy(
      result,
      { given, command: commandText(given, seeds), machine: machineText(), version, dataName: dataName(given.data) },
      (source, wanted) => loadDataset(source, { ...wanted, ...dataHooks(progress) }),
      { threads: given.threads, signal: interruption, name: flagName, onProgress: text => progress.status(text) },
    )
    const { folder } = result
    for (const [file, content] of recipesFiles(study)) {
      await makeFolder(dirname(join(folder, file)))
      await writeFileWhole(join(folder, file), content)
    }
    const record = { rows: plainRows(study.found), spread: study.found.spread }
    await writeFileWhole(join(folder, 'recipes.json'), toJson(record, 2) + '\n')
    for (const { label, verdict } of study.found.rows) if (verdict !== null) progress.print(`${label}: ${verdict}`)
    progress.print(`recipes.md, its pictures and recipes.json written to ${relative('', folder) || folder}`)
    if (json) process.stdout.write(toJson({ folder, ...record }) + '\n')
    if (result.failed.length > 0) process.exitCode = 1
  } finally {
    progress.close()
  }
}

export function recipesCommand(): Command {
  const command = new Command('recipes')
    .description('train with each recipe beyond the report alone, and say in one page which of them help')
    .addOption(
      numberFlag('--seeds <n>', `train each n times: only so is noise told from effect (default: ${defaultSeeds})`),
    )
    .addOption(numberFlag('--parallel <n>', 'trainings side by side, sharing the threads (default: 1)'))
    .addOption(new Option('--retry-failed', 'run trainings again that have failed'))
    .addOption(
      new Option('--out <dir>', 'folder, new, empty or of this very study (default: runs/sweep-recipes-<hash>)'),
    )
  addTrainFlags(command)
  // What the study sets itself is refused by name, and not offered.
  for (const option of command.options) if (isOwnOption(option.attributeName())) option.hideHelp()
  command.addOption(quietFlag()).addOption(jsonFlag('the rows')).action(runRecipes)
  return addExamples(command, [
    ['eyes-wasm recipes --data eyes/', 'some ten minutes; the same line again goes on where it was stopped'],
    ['eyes-wasm recipes --data eyes/ --epochs 100 --batch 164 --limit 1476 --seeds 3', 'hours'],
  ])
}
