// `eyes-wasm latent`: a 2-D map of a model's latents, and what a VAE's channels carry. The study is experiments/latent.ts.
import { Command } from 'commander'
import { inputError } from '../errors.js'
import type { LatentMap } from '../experiments/latent.js'
import { addExamples, numberFlag } from './flags.js'
import { interruption } from './interrupt.js'
import { addStudyFlags, openStudy, runStudy, type StudyFlags } from './study-flags.js'

interface LatentFlags extends StudyFlags {
  readonly limit?: number
}

function reportLines({ model, images, latent, explained, channels, activeUnits, units, kl }: LatentMap): string[] {
  const shares = explained.map(share => `${(100 * share).toFixed(1)} %`)
  const lines = [
    `${model}: ${images} latents of ${latent.join(' x ')}`,
    `variance explained by the principal components: ${shares.join(', ')}`,
  ]
  if (channels === undefined) return lines
  const ordered = channels.toSorted((a, b) => b.kl - a.kl || a.channel - b.channel).slice(0, 5)
  const most = ordered.map(channel => `channel ${channel.channel} ${channel.kl.toPrecision(3)}`)
  return [
    ...lines,
    `KL divergence ${kl?.toPrecision(3) ?? ''} nats per value; most: ${most.join(', ')}`,
    `active units (Var(mu) > 0.01): ${activeUnits ?? 0} of ${units ?? 0}`,
  ]
}

async function runLatent(run: string, { limit, ...flags }: LatentFlags): Promise<void> {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 3))
    throw inputError(`--limit: found ${limit}, wanted a whole number of 3 or more. Leave it out to map every image.`)
  const { latentMap } = await import('../experiments/latent.js')
  await runStudy(
    'latent',
    flags,
    async progress => {
      const { models, dataset, study } = await openStudy([run], flags, progress, interruption)
      return latentMap(models[0]!, dataset, { limit: limit ?? null }, study)
    },
    reportLines,
  )
}

export function latentCommand(): Command {
  const command = new Command('latent')
    .description("map a model's latents by their principal components; for a VAE, KL and active units by channel")
    .argument('<run>', 'run folder or weights file')
    .addOption(numberFlag('--limit <n>', 'only the first n images (default: all)'))
  addStudyFlags(command).action(runLatent)
  return addExamples(command, [
    ['eyes-wasm latent runs/vae-k5s1p2', 'scatter, coordinates, channels'],
    ['eyes-wasm latent runs/ae-k3s1p1 --limit 400 --json', 'fewer images, for a program'],
  ])
}
