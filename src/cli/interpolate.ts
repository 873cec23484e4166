// `eyes-wasm interpolate`: from one image to another through the latent space. The study is experiments/interpolate.ts.
import { Command, Option } from 'commander'
import { addExamples, numberFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, numbersFlag, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface InterpolateFlags extends StudyFlags {
  readonly ids: number[]
  readonly steps?: number
  readonly spherical?: boolean
}

async function runInterpolate(run: string, { ids, steps = 8, spherical, ...flags }: InterpolateFlags): Promise<void> {
  const { interpolateFigure } = await import('../experiments/interpolate.js')
  await runStudy(
    'interpolate',
    flags,
    async progress => {
      const { models, dataset, study } = await openStudy([run], flags, progress, interruption)
      return interpolateFigure(models[0]!, dataset, { ids, steps, spherical }, study)
    },
    ({ model, ids: [from, to] }) => [`${model}: ${steps} steps from image ${from} to ${to}`],
  )
}

export function interpolateCommand(): Command {
  const command = new Command('interpolate')
    .description('decode the way between the latents of two images, beside their cross-fade')
    .argument('<run>', 'run folder or weights file')
    .addOption(numbersFlag('--ids <from,to>', 'two image numbers, from 0').makeOptionMandatory())
    .addOption(numberFlag('--steps <n>', 'pictures of the strip, both ends included (default: 8)'))
    .addOption(new Option('--spherical', 'along the great circle instead of the straight line'))
  addStudyFlags(command).action(runInterpolate)
  return addExamples(command, [['eyes-wasm interpolate runs/ae-k3s1p1 --ids 3,227 --steps 10', 'a strip of 10']])
}
