// `eyes-wasm reproduce`: flags to options, the estimate and progress to the terminal. The work is experiments/reproduce.
import { relative } from 'node:path'
import { Command, Option } from 'commander'
import type { ReproduceOptions, ReproduceOutcome } from '../experiments/reproduce/reproduce.js'
import { defaults } from '../training/options.js'
import { addDataFlags, addExamples, flagName, jsonFlag, numberFlag, quietFlag, sizeFlag, threadsFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { createProgress, dataHooks, formatDuration } from './progress.js'

interface ReproduceFlags extends Omit<ReproduceOptions, 'signal'> {
  readonly quiet?: boolean
  readonly json?: boolean
}

const shown = (path: string) => relative('', path) || path

/** As typed; an argument with anything but plain characters is quoted. */
const commandLine = () =>
  ['eyes-wasm', ...process.argv.slice(2)].map(word => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word}'`)).join(' ')

/** What --json prints. */
function summaryOf({
  folder,
  page,
  markdown,
  items,
  trials,
  trained,
  failures,
  seconds,
  totalSeconds,
}: ReproduceOutcome) {
  const results = trials.map(({ plan, folder: run, summary }) => ({ id: plan.id, run, ...summary }))
  return { folder, page, markdown, items, trained, failures, seconds, totalSeconds, trials: results }
}

async function runReproduce(flags: ReproduceFlags): Promise<void> {
  const { reproduce } = await import('../experiments/reproduce/reproduce.js')
  const { quiet = false, json = false, ...options } = flags
  const progress = createProgress(process.stderr, { quiet })
  let folder: string | undefined
  try {
    const outcome = await reproduce(
      { ...options, signal: interruption },
      {
        name: flagName,
        commandLine: commandLine(),
        ...dataHooks(progress),
        onPlan: (path, finished, total) => {
          folder = path
          progress.print(`${shown(path)}: ${finished} of ${total} models are trained already`)
        },
        onEstimate: text => progress.print(text),
        onTrial: (title, number, total) => {
          progress.print(`${number}/${total}  ${title}`)
          progress.status('starting')
          return progress.training(options.epochs ?? defaults.epochs)
        },
        onTrialDone: ({ plan, summary }) =>
          progress.print(
            `      ${plan.title}: PSNR ${summary.psnr.toFixed(2)} dB, SSIM ${summary.ssim.toFixed(4)}, ${formatDuration(summary.seconds)}`,
          ),
        onTrialFailed: ({ title, message }) => progress.print(`      ${title} failed: ${message}`),
        onStatus: text => progress.status(text),
      },
    )
    progress.print(`written to ${shown(outcome.page)} and ${shown(outcome.markdown)}`)
    if (outcome.failures.length > 0) process.exitCode = 1
    if (json) process.stdout.write(JSON.stringify(summaryOf(outcome)) + '\n')
  } catch (error) {
    if (interruption.aborted && folder !== undefined)
      progress.print(`Finished models are kept. To go on: the same command with --out ${shown(folder)}`)
    throw error
  } finally {
    progress.close()
  }
}

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .description('train and draw every table and figure of the report, into one page')
    .addOption(numberFlag('--epochs <n>', `passes over the images, for every model (default: ${defaults.epochs})`))
  addDataFlags(command, 'generated eyes')
    .addOption(new Option('--only <items>', 'some of table1 to table6 and figure1 to figure13, e.g. table1,figure6-13'))
    .addOption(numberFlag('--limit <n>', 'train on the first n images (default: all)'))
    .addOption(numberFlag('--batch <n>', `images per optimiser step (default: ${defaults.batch})`))
    .addOption(numberFlag('--lr <x>', `Adam's learning rate (default: ${defaults.lr})`))
    .addOption(numberFlag('--kl-weight <x>', `VAE: weight of the KL divergence (default: ${defaults.klWeight})`))
    .addOption(numberFlag('--seed <n>', `start of all random numbers (default: ${defaults.seed})`))
    .addOption(threadsFlag())
    .addOption(sizeFlag('stretch images to this size (default: 50, or that of the .npy file)'))
    .addOption(
      new Option('--out <dir>', 'new or empty, or one to go on in: finished models are kept (default: runs/reproduce)'),
    )
    .addOption(quietFlag())
    .addOption(jsonFlag('what was trained and written'))
    .action(runReproduce)
  return addExamples(command, [
    ['eyes-wasm reproduce --data eyes/ --out runs/report', 'all of it; it says first how long it will take'],
    ['eyes-wasm reproduce --epochs 2 --limit 328', 'a quick look, on generated eyes'],
    ['eyes-wasm reproduce --only table1,figure6-13', 'one table and the noise figures'],
  ])
}
