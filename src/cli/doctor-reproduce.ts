// `eyes-wasm doctor --reproduce`: the published runs, trained again here, each hash beside the published one. Exit code 1 when one differs.
// The runs, their options and hashes are experiments/reproducibility.ts.
import { toJson } from '../formats/json.js'
import { version } from '../version.js'
import { engineName } from '../engine.js'
import { vectorMode } from '../wasm/revectorize.js'
import type { Reproduction, WrittenOut } from '../experiments/reproducibility.js'
import { flagName } from './flags.js'
import { interruption } from './interrupt.js'
import type { Progress } from './progress.js'

/** The `train` command that computes the same weights; an option that is null or true is its flag left out. */
export function trainCommandLine(options: WrittenOut): string {
  const flags = Object.entries(options).filter(([, value]) => value !== null && value !== true)
  return `eyes-wasm train ${flags.map(([key, value]) => `${flagName(key)} ${value}`).join(' ')}`
}

const counted = (threads: number) => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

function reportLines(runs: readonly Reproduction[]): string[] {
  const width = Math.max(...runs.map(({ name }) => name.length))
  const vectors = vectorMode() === 'revectorized' ? '256-bit pairs' : '128-bit vectors'
  return [
    `eyes-wasm ${version}, ${engineName()}, ${process.platform} ${process.arch}, ${vectors}`,
    ...runs.flatMap(({ name, weightsSha256, published, isEqual, threads, seconds }) => [
      `${name.padEnd(width)}  weights    ${weightsSha256}  ${counted(threads)}, ${seconds.toFixed(1)} s`,
      `${' '.repeat(width)}  published  ${published}  ${isEqual ? 'equal' : 'DIFFERENT'}`,
    ]),
    'The same by train:',
    ...runs.map(({ options }) => `  ${trainCommandLine(options)}`),
  ]
}

function reportJson(runs: readonly Reproduction[]) {
  return {
    version,
    engine: engineName(),
    platform: process.platform,
    arch: process.arch,
    vectors: vectorMode(),
    isReproduced: runs.every(({ isEqual }) => isEqual),
    runs: runs.map(run => ({ ...run, command: trainCommandLine(run.options) })),
  }
}

/** @throws IRREPRODUCIBLE after printing, when a hash differs */
export async function runReproduce(threads: number | undefined, json: boolean, progress: Progress): Promise<void> {
  const { checkReproduced, reproduce } = await import('../experiments/reproducibility.js')
  const onRun = (name: string) => progress.status(`training ${name}`)
  const runs = await reproduce({ threads, signal: interruption, onRun })
  progress.close()
  process.stdout.write((json ? toJson(reportJson(runs)) : reportLines(runs).join('\n')) + '\n')
  checkReproduced(runs)
}
