// `eyes-wasm sample`: pictures from a VAE's prior. The study is experiments/sample.ts.
import { Command } from 'commander'
import { inputError } from '../errors.js'
import { addExamples, flagName, numberFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface SampleFlags extends StudyFlags {
  readonly count?: number
}

async function runSample(run: string, { count = 32, ...flags }: SampleFlags): Promise<void> {
  if (!Number.isSafeInteger(count) || count < 1 || count > 400)
    throw inputError(`${flagName('count')}: found ${count}, wanted a whole number from 1 to 400. The default is 32.`)
  const { sampleFigure, sampleNote } = await import('../experiments/sample.js')
  await runStudy(
    'sample',
    flags,
    async progress => {
      const { models, dataset, seed, study } = await openStudy([run], flags, progress, interruption)
      return sampleFigure(models[0]!, dataset, { count, seed }, study)
    },
    () => [sampleNote],
  )
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('decode latents drawn from N(0, I) with a VAE')
    .argument('<run>', 'run folder or weights file of a VAE')
    .addOption(numberFlag('--count <n>', 'how many pictures (default: 32)'))
  addStudyFlags(command).action(runSample)
  return addExamples(command, [['eyes-wasm sample runs/vae-k5s1p2 --count 64', 'a sheet of 64 pictures']])
}
