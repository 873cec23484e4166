// How a reproduction was made: settings, machine, time. The only part of a page that differs between two runs of the same command.
import { availableParallelism, cpus, totalmem } from 'node:os'
import type { Dataset } from '../../data/dataset.js'
import type { PageContent } from '../../report/page/content.js'
import { version } from '../../version.js'
import { roughDuration } from './estimate.js'
import type { ReproduceSettings } from './state.js'
import type { TrialResult } from './trials.js'

export interface MadeFacts {
  readonly settings: ReproduceSettings
  readonly dataset: Dataset
  readonly images: number
  readonly threads: number
  readonly trials: ReadonlyMap<string, TrialResult>
  readonly totalSeconds: number
  readonly commandLine: string | undefined
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** Images a second over all trials' training. */
function trainingText(trials: readonly TrialResult[]): string {
  const seconds = trials.reduce((sum, { summary }) => sum + summary.seconds, 0)
  return `${counted(trials.length, 'model')}, ${roughDuration(seconds)} of training`
}

export function madeLines(facts: MadeFacts): PageContent['made'] {
  const { settings, dataset, images, threads, trials, totalSeconds, commandLine } = facts
  const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB of memory`
  const { epochs, batch, lr, klWeight, seed } = settings
  return [
    ...(commandLine === undefined ? [] : [['Command', commandLine] as const]),
    ['Trained', trainingText([...trials.values()])],
    ['Time in all', `${roughDuration(totalSeconds)} from start to page, stops left out`],
    ['Date', new Date().toISOString().replace('T', ' ').replace(/\..*/, ' UTC')],
    ['Machine', `${cpu}, ${counted(availableParallelism(), 'core')}, ${memory}, ${process.platform} ${process.arch}`],
    ['Threads', `${threads} asked for; the weights do not depend on it`],
    ['Software', `eyes-wasm ${version}, Node ${process.versions.node}, V8 ${process.versions.v8}`],
    ['Kernels', 'own WebAssembly SIMD kernels in float32 behind a TensorFlow.js backend; nothing native'],
    [
      'Pictures',
      `${dataset.source}: ${dataset.count} of ${dataset.height}×${dataset.width}, trained and measured on ${images === dataset.count ? 'all' : `the first ${images}`}`,
    ],
    ['Their SHA-256', dataset.sha256],
    [
      'Settings',
      `${counted(epochs, 'epoch')}, batch ${batch}, Adam with learning rate ${lr}, KL weight ${klWeight}, seed ${seed}`,
    ],
  ]
}
