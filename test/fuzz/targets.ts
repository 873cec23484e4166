// What is fuzzed: each reader of strangers' files, in a file of its own under targets/ with whole files to start from, the words of its
// grammar, and every refusal it knows. A new reader becomes one more row here. How files are changed and judged is harness.ts.
import type { FuzzTarget } from './harness.js'
import { checkpoint } from './targets/checkpoint.js'
import { config } from './targets/config.js'
import { npyImages, npyLabels } from './targets/npy.js'
import { safetensors } from './targets/safetensors.js'
import { trainerCheckpoint } from './targets/trainer-checkpoint.js'
import { weights } from './targets/weights.js'

/** Each with its number of files in `npm test`. */
export const parsers: readonly (readonly [target: FuzzTarget, runs: number])[] = [
  [npyImages, 100_000],
  [npyLabels, 20_000],
  [safetensors, 100_000],
  [weights, 40_000],
  [checkpoint, 12_000],
  [trainerCheckpoint, 12_000],
  [config, 20_000],
]
