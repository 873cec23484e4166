// Checkpoints for the fuzzer, as `--resume` reads them: safetensors, then the seal, options, state, history and Adam's moments of a run. The
// seal of most changed files is made right again, or it would hide every check behind it. How files are changed and judged is ../harness.ts.
import { checkpointNames, exactTensors } from '../../../src/formats/pytorch.js'
import {
  parseSafetensors,
  serializeSafetensors,
  type DoubleTensor,
  type NamedTensor,
  type Safetensors,
} from '../../../src/formats/safetensors.js'
import { sealed } from '../../../src/formats/seal.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../../src/models/geometry.js'
import { initialize } from '../../../src/models/initialize.js'
import { checkpointFile, parseCheckpoint, specOf } from '../../../src/training/checkpoint.js'
import { presets } from '../../../src/training/presets.js'
import { initialState, type TrainerState } from '../../../src/training/state.js'
import type { TrainConfig } from '../../../src/training/types.js'
import { rewriteJson, type FuzzTarget } from '../harness.js'
import { deep, safetensorsGrammar, safetensorsRefusals, values } from './safetensors.js'
import { hugeNumbers, latin1, numbers, strangeNumbers } from './shared.js'

const imageCount = 10

const config: TrainConfig = {
  ...presets.report.ae,
  preset: 'report',
  ...{ model: 'ae', kernel: 1, stride: 1, padding: 0, epochs: 9, batch: 4, lr: 1e-3, loss: 'mse', klWeight: 1 },
  ...{ heads: 'relu', klWarmup: 0, freeBits: 0, latent: 0 },
  ...{
    seed: 7,
    threads: 2,
    data: null,
    onBadImage: 'fail',
    height: 11,
    width: 12,
    limit: null,
    init: null,
    shuffle: true,
  },
}

/** A run after `epochs` epochs and `steps` of the 3 steps of the next one. */
function stateAfter(epochs: number, steps: number): TrainerState {
  const sums = { loss: 3.5 * steps, mse: 2.5 * steps, kl: steps, seconds: 0.25 * steps }
  const history = Array.from({ length: epochs }, (_, i) => ({
    ...{ epoch: i + 1, loss: 1 / (i + 1), mse: 0.5 / (i + 1), kl: 0.1, seconds: 2.5, imagesPerSecond: 4 },
  }))
  const images = Math.min(imageCount, config.batch * steps)
  return {
    ...initialState(),
    ...sums,
    step: 3 * epochs + steps,
    epoch: epochs,
    images,
    elapsed: 3 * epochs + 1,
    history,
  }
}

/** The state of a run that holds images out. */
const withHeldOut = (state: TrainerState): TrainerState => ({
  ...state,
  history: state.history.map(record => ({ ...record, valLoss: 0.5, valMse: 0.25, valKl: 0 })),
})

function checkpointOf(state: TrainerState, over: Partial<TrainConfig> = {}, initSha256: string | null = null) {
  const all = { ...config, ...over }
  const specs = parameterSpecs(layerSpecs(specOf(all)))
  const parameters = new Float32Array(parameterCount(specs))
  initialize(specs, all.seed, parameters)
  const arithmetic = { kernelsSha256: 'ab'.repeat(32), microBatches: 2, tapeImages: 64, algorithms: 'direct F(5,3)' }
  return checkpointFile(
    { config: all, imageCount, dataSha256: '0f'.repeat(32), initSha256, arithmetic },
    {
      state,
      parameters,
      firstMoment: parameters.map(value => value / 8),
      secondMoment: parameters.map(value => value ** 2),
      ...(all.ema > 0 && { average: parameters.map(value => value / 2) }),
    },
  )
}

const read = (bytes: Uint8Array): Safetensors => parseSafetensors(bytes, 'fuzz', [checkpointNames.history])

type Tensors = Map<string, NamedTensor | DoubleTensor>

/** A checkpoint with other tensors, under a seal that fits. */
function forged(change: (tensors: Tensors) => unknown): Uint8Array {
  const file = read(checkpointOf(stateAfter(4, 1)))
  const tensors: Tensors = new Map(exactTensors(file).map(tensor => [tensor.name, tensor]))
  change(tensors)
  return serializeSafetensors(tensors.values(), sealed(tensors.values(), file.metadata))
}

const put = (name: string, at: number, value: number) => forged(tensors => (tensors.get(name)!.data[at] = value))

/** The right seal in the place of the one that is there; files that are no safetensors, or have none, stay as they are. */
export function reseal(bytes: Uint8Array, read: (bytes: Uint8Array) => Safetensors): Uint8Array {
  try {
    const file = read(bytes)
    const [start, end] = safetensorsGrammar.text(bytes)
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
    const { sha256 } = sealed(exactTensors(file), file.metadata)
    const resealed = bytes.slice()
    resealed.set(latin1(text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${sha256}"`)), start)
    return resealed
  } catch {
    return bytes
  }
}

type Pick = (count: number) => number
type Header = Record<string, Record<string, unknown>>

const words = [
  ...strangeNumbers,
  ...hugeNumbers,
  '"a":1,',
  '{',
  '}',
  '['.repeat(60),
  '"__proto__":1,',
  '"step":1,',
  ',',
]
const metadataValues = [
  ...[
    '',
    '0',
    '1',
    '10',
    '11',
    '-1',
    '0x10',
    '1e1',
    ' 10',
    '9007199254740993',
    '2',
    'pt',
    'vae',
    'x',
    '\x1b[2J',
    'ab'.repeat(32),
  ],
  ...['{}', '[]', 'null', '1'],
]
/** What options, state and arithmetic are made of, right and wrong. */
const fieldValues = [
  ...values,
  ...[5, 6, 7, 9, 10, 12, 13, 14, 500, 1_000_001, 1e9, 2 ** 40, 1e-320, false, 'l1', 'skip', '/dev/zero', '\u202e'],
  ...[[[]], { a: 1 }],
]

/** The JSON inside a value of the metadata: one of its fields another number, any value changed, or a word of no grammar put in. */
function rewriteField(text: string, pick: Pick): string {
  const way = pick(4)
  if (way === 0) return rewriteJson(text, pick, fieldValues)
  const at = pick(text.length)
  if (way === 1) return text.slice(0, at) + words[pick(words.length)]! + text.slice(at + pick(4))
  const fields = [...text.matchAll(/:-?[\d.]+/g)]
  const field = fields[pick(fields.length)]
  if (!field) return text
  const value = way === 2 ? pick(18) - 3 : numbers[pick(numbers.length)]!
  return text.slice(0, field.index) + `:${value}` + text.slice(field.index + field[0].length)
}

/** A header that is still one after the changes before, or null. */
function headerOf(text: string): Header | null {
  try {
    const header: unknown = JSON.parse(text)
    const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
    return isRecord(header) && Object.values(header as object).every(isRecord) ? (header as Header) : null
  } catch {
    return null
  }
}

/** Two tensors that change places: names with each other's bytes, of one shape or not. */
function swapTensors(header: Header, pick: Pick): void {
  const names = Object.keys(header).filter(name => name !== '__metadata__')
  if (names.length === 0) return
  const first = names[pick(names.length)]!
  // Its twins among the moments have its shape.
  const twins = names.filter(
    name => name !== first && name.split('.').slice(-3).join() === first.split('.').slice(-3).join(),
  )
  const others = twins.length > 0 && pick(2) === 0 ? twins : names
  const second = others[pick(others.length)]!
  ;[header[first], header[second]] = [header[second]!, header[first]!]
}

/** As many values in another shape. */
function reshape(header: Header, pick: Pick): void {
  const names = pick(2) === 0 ? ['history'] : Object.keys(header)
  const shape = header[names[pick(names.length)]!]?.shape
  if (!Array.isArray(shape)) return
  const way = pick(4)
  if (way === 0) shape.reverse()
  else if (way === 1) shape.push(1)
  else if (way === 2) shape.unshift(1)
  else
    shape.splice(
      0,
      shape.length,
      ...(shape as number[]).map((_, i) => (i === 0 ? (shape as number[]).reduce((a, b) => a * b) : 1)),
    )
}

/** A header with tensors or metadata changed, half of the time within the JSON of one of `fields`. */
export function rewriteMetadata(text: string, pick: Pick, fields: readonly string[]): string {
  const way = pick(8)
  if (way === 0) return rewriteJson(text, pick, [...values, ...deep])
  const header = headerOf(text)
  if (header === null) return text
  const metadata = header.__metadata__
  if (way === 1) swapTensors(header, pick)
  else if (way === 2) reshape(header, pick)
  else if (metadata) {
    const keys = way === 3 ? Object.keys(metadata) : fields.filter(key => key in metadata)
    const key = keys[pick(keys.length)]
    if (key !== undefined)
      metadata[key] =
        way === 3 ? metadataValues[pick(metadataValues.length)]! : rewriteField(String(metadata[key]), pick)
  }
  return JSON.stringify(header)
}

export const checkpoint: FuzzTarget = {
  ...safetensorsGrammar,
  name: 'checkpoint',
  seeds: [
    checkpointOf(initialState()),
    checkpointOf(stateAfter(2, 1), { limit: imageCount }),
    checkpointOf(stateAfter(4, 0), { seed: 2 ** 40 }, 'cd'.repeat(32)),
    checkpointOf(stateAfter(9, 0)),
    checkpointOf(stateAfter(8, 3), { loss: 'l1' }),
    checkpointOf(stateAfter(1, 2), { model: 'vae' }),
    checkpointOf(withHeldOut(stateAfter(3, 1)), { ema: 0.9, valSplit: 0.1, limit: 11 }),
  ],
  others: [
    put('adam.exp_avg_sq.encoder.2.weight', 3, -1e-9),
    put('model.decoder.0.bias', 0, NaN),
    put('adam.exp_avg.decoder.4.weight', 35, Infinity),
    checkpointOf({ ...stateAfter(4, 1), elapsed: -1 }),
    put('history', 6, 3),
    put('history', 7, NaN),
    put('history', 10, -1),
    forged(tensors => tensors.delete('model.encoder.4.weight')),
    forged(tensors => tensors.set('more', { name: 'more', dtype: 'F32', shape: [1], data: new Float32Array(1) })),
    // The shape of another kernel.
    forged(tensors => {
      const name = 'model.encoder.2.weight'
      tensors.set(name, { name, dtype: 'F32', shape: [24, 12, 1], data: new Float32Array(288) })
    }),
  ],
  words: [
    ...safetensorsGrammar.words,
    '"sha256"',
    '"options"',
    '"state"',
    '"history"',
    '[2,6]',
    '[3,9]',
    '"ema":0.5,',
    '[1,12]',
    '[12]',
  ],
  rewrite: (text, pick) => rewriteMetadata(text, pick, ['options', 'state', 'arithmetic']),
  isMostlyRewritten: true,
  repair: bytes => reseal(bytes, read),
  read: bytes => parseCheckpoint(read(bytes), 'fuzz'),
  refusals: [
    /is no checkpoint of eyes-wasm/,
    /checkpoint format .* of eyes-wasm/,
    /is not float32/,
    /does not fit its checksum/,
    /its (options|state|arithmetic) (is|lacks|goes|gives|uses|has|holds)/,
    /(options|state|arithmetic) is not a JSON object/,
    /no such option/,
    /wanted a SHA-256/,
    /found .*, wanted/,
    /(model|kernel|stride|padding|height|width|heads|latent|the history) (is|has) .*, but its options say/,
    /images is .*, which does not fit its limit/,
    /history is missing or not float64/,
    /in the history is/,
    /of the history is of epoch/,
    /times of epoch \d+ are negative/,
    /(step|epoch|images) is not a whole number/,
    /(loss|mse|kl|seconds|elapsed) is not a finite number/,
    /state has a key too many/,
    /epoch is \d+, but the history has/,
    /images is \d+(, which is no step| after the last)/,
    /step is \d+, but/,
    /its seconds are negative/,
    /sums of an epoch that has not begun/,
    /arithmetic lacks kernelsSha256/,
    /holds \d+ tensors, wanted/,
    /tensor .* is missing|is not part of the model/,
    /has shape .*, wanted/,
    /wanted finite numbers/,
    /second moment of Adam is negative/,
    /\((Conv|ConvTranspose)2d |^latent: is/,
    // Those of any safetensors file, which that target meets one by one.
    new RegExp(safetensorsRefusals.map(({ source }) => source).join('|')),
  ],
  mostBytes: bytes => 2 * bytes.length,
}
