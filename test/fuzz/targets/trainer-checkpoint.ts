// Checkpoints of ParallelTrainer for the fuzzer, as `resume` reads them: safetensors, then the seal, state, history and vectors of a fit. The seal of most changed
// files is made right again, or it would hide every check behind it. How files are changed and judged is ../harness.ts.
import { exactTensors } from '../../../src/formats/pytorch.js'
import {
  type DoubleTensor,
  type NamedTensor,
  parseSafetensors,
  type Safetensors,
  serializeSafetensors,
} from '../../../src/formats/safetensors.js'
import { sealed } from '../../../src/formats/seal.js'
import { checkpointFile, parseCheckpoint, type TrainingIdentity } from '../../../src/trainer/checkpoint.js'
import { type FitState, initialState } from '../../../src/trainer/fit.js'
import type { FitEpoch } from '../../../src/trainer/types.js'
import type { FuzzTarget } from '../harness.js'
import { reseal, rewriteMetadata } from './checkpoint.js'
import { safetensorsGrammar, safetensorsRefusals } from './safetensors.js'

const identity: TrainingIdentity = {
  ...{ model: 'ab'.repeat(32), data: 'x float32 [24, 6]', examples: 24, variables: '[]', optimizer: '{"name":"sgd"}' },
  ...{ lr: '0.01', seed: 1, settings: '[null]', batch: 8, shuffle: true, clipNorm: 0, ema: 0, validation: 0.1 },
  ...{ cut: '2 micro-batches, 4 at once', kernels: 'cd'.repeat(32) },
}

/** A fit after `epochs` epochs, the last `validated` of which have a validation. */
function stateAfter(epochs: number, validated: number): FitState {
  const record = (i: number): FitEpoch => ({
    ...{ epoch: i + 1, loss: 1 / (i + 1), parts: { accuracy: i / 8, odd: NaN }, seconds: 0.5, examplesPerSecond: 48 },
    ...(i >= epochs - validated && { validation: { loss: 2, parts: { accuracy: 0.5 } } }),
  })
  return {
    ...initialState(),
    ...{ step: 3 * epochs + 1, epoch: epochs, images: 8, seconds: 0.1, elapsed: epochs / 2 },
    ...{ history: Array.from({ length: epochs }, (_, i) => record(i)), sums: { loss: 1.5, accuracy: 4, odd: NaN } },
  }
}

const vectors = () =>
  (['parameters', 'firstMoment', 'state'] as const).map(
    (name, i) => [name, Float32Array.from({ length: 7 + i }, (_, j) => j / 8)] as const,
  )
const seed = (epochs: number, validated: number) =>
  checkpointFile(vectors(), stateAfter(epochs, validated), { ...identity, settings: 'x'.repeat(epochs) })

const read = (bytes: Uint8Array): Safetensors => parseSafetensors(bytes, 'fuzz', ['history'])

/** A checkpoint with another value in a tensor, or other metadata, under a seal that fits. */
function forged(name: string, at: number, value: number, metadata: Safetensors['metadata'] = {}): Uint8Array {
  const file = read(seed(4, 2))
  const tensors: readonly (NamedTensor | DoubleTensor)[] = exactTensors(file)
  tensors.find(tensor => tensor.name === name)!.data[at] = value
  return serializeSafetensors(tensors, sealed(tensors, { ...file.metadata, ...metadata }))
}

export const trainerCheckpoint: FuzzTarget = {
  ...safetensorsGrammar,
  name: 'trainer checkpoint',
  seeds: [checkpointFile(vectors(), initialState(), identity), seed(1, 0), seed(4, 4), seed(5, 2)],
  others: [
    forged('parameters', 3, NaN),
    forged('state', 0, Infinity),
    forged('history', 0, 2),
    // Less than is there.
    forged('history', 0, 1, { columns: '[[1,["epoch","loss","seconds","examplesPerSecond"]]]' }),
  ],
  words: [
    ...safetensorsGrammar.words,
    '"state"',
    '"columns"',
    '"identity"',
    '"history"',
    '"epoch"',
    '"parts."',
    '[1,[]]',
  ],
  rewrite: (text, pick) => rewriteMetadata(text, pick, ['state', 'columns', 'identity']),
  isMostlyRewritten: true,
  repair: bytes => reseal(bytes, read),
  read: bytes => parseCheckpoint(read(bytes), 'fuzz'),
  refusals: [
    /is no checkpoint of ParallelTrainer/,
    /checkpoint format .*, wanted 1/,
    /is not float32/,
    /does not fit its checksum/,
    /its (state|columns|identity) (is not|lacks|goes|gives|uses|has|holds)/,
    /its (state|identity) is .*, wanted an object/,
    /of its state is .*, wanted a whole number/,
    /of its state is .*, wanted a number/,
    /sums of its state are .*, wanted an object/,
    /the sum of .* in its state is .*, wanted a number/,
    /its history or the columns of it are missing/,
    /describes no records of its history/,
    /its columns describe \d+ of the/,
    /record \d+ of its history is of epoch/,
    /epoch is \d+, but the history has/,
    /holds a value that is not finite/,
    // Those of any safetensors file, which that target meets one by one.
    new RegExp(safetensorsRefusals.map(({ source }) => source).join('|')),
  ],
  mostBytes: bytes => 2 * bytes.length,
}
