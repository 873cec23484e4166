// The checkpoint file: what is written comes back to the last bit, and nothing else is taken for one. Every field is changed once.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { exactTensors, readWeightsFile } from '../../src/formats/pytorch.js'
import {
  parseSafetensors,
  serializeSafetensors,
  type DoubleTensor,
  type NamedTensor,
} from '../../src/formats/safetensors.js'
import { sealed } from '../../src/formats/seal.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import {
  checkpointBytes,
  checkpointFile,
  parseCheckpoint,
  readCheckpoint,
  specOf,
  type RunIdentity,
} from '../../src/training/checkpoint.js'
import { presets } from '../../src/training/presets.js'
import type { Snapshot } from '../../src/training/state.js'
import type { EpochRecord, TrainConfig } from '../../src/training/types.js'
import { countBytes } from '../support/count-bytes.js'

const seed = Number(process.env.EYES_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
console.log(`checkpoint property tests: seed ${seed} (EYES_TEST_SEED=${seed} npx vitest run test/training/checkpoint)`)

const config: TrainConfig = {
  ...presets.report.ae,
  preset: 'report',
  ...{ model: 'ae', kernel: 3, stride: 1, padding: 1, epochs: 50, batch: 4, lr: 1e-3, loss: 'mse', klWeight: 1 },
  ...{ heads: 'relu', klWarmup: 0, freeBits: 0, latent: 0 },
  ...{ seed: 2 ** 40 + 1, threads: 3, data: null, height: 16, width: 18, limit: 10, init: null, shuffle: true },
  onBadImage: 'fail',
}
const arithmetic = { kernelsSha256: 'ab'.repeat(32), microBatches: 2, tapeImages: 64, algorithms: 'direct F(5,3)' }
const identity: RunIdentity = { config, imageCount: 10, dataSha256: '0f'.repeat(32), initSha256: null, arithmetic }
const size = parameterCount(parameterSpecs(layerSpecs(specOf(config))))

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const positive = fc.double({ min: 0, max: 1e300, noNaN: true })

/** States as the loop leaves them after `epoch` epochs and `steps` of 3 steps. */
const snapshots = fc
  .record({
    history: fc.array(
      fc.record({ loss: finite, mse: finite, kl: finite, seconds: positive, imagesPerSecond: positive }),
    ),
    steps: fc.integer({ min: 0, max: 3 }),
    sums: fc.record({ loss: finite, mse: finite, kl: finite, seconds: positive }),
    elapsed: positive,
    values: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 40 }),
  })
  .map(({ history, steps, sums, elapsed, values }): Snapshot => {
    const vector = (from: number) => Float32Array.from({ length: size }, (_, i) => values[(i + from) % values.length]!)
    const none = { loss: 0, mse: 0, kl: 0, seconds: 0 }
    return {
      state: {
        step: 3 * history.length + steps,
        epoch: history.length,
        images: Math.min(10, 4 * steps),
        ...(steps === 0 ? none : sums),
        elapsed,
        history: history.map((record, i): EpochRecord => ({ epoch: i + 1, ...record })),
      },
      parameters: vector(0),
      firstMoment: vector(1),
      secondMoment: vector(2).map(Math.abs),
    }
  })

/** JSON has no negative zero; nothing that is written there depends on it. */
const plusZero = (record: object) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, value === 0 ? 0 : (value as unknown)]))

const bytesOf = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

describe('a checkpoint', () => {
  it('gives back every bit', () => {
    fc.assert(
      fc.property(snapshots, snapshot => {
        const bytes = checkpointFile(identity, snapshot)
        expect(bytes.length).toBeLessThanOrEqual(checkpointBytes(size, snapshot.state.epoch))
        const { snapshot: found, ...rest } = parseCheckpoint(parseSafetensors(bytes, 'file', ['history']), 'file')
        expect(rest).toMatchObject(identity)
        const { history, ...numbers } = snapshot.state
        expect(found.state.history).toStrictEqual(history)
        expect(found.state).toMatchObject(plusZero(numbers))
        for (const key of ['parameters', 'firstMoment', 'secondMoment'] as const)
          expect(bytesOf(found[key]).equals(bytesOf(snapshot[key])), key).toBe(true)
      }),
      { seed, numRuns: 60 },
    )
  })

  it.each(['parameters', 'firstMoment', 'secondMoment'] as const)('is not written when %s is not finite', key => {
    const snapshot = example()
    snapshot[key][size - 1] = Infinity
    expect(() => checkpointFile(identity, snapshot)).toThrow(
      expect.objectContaining({
        code: 'NON_FINITE',
        message: expect.stringContaining('decoder.4.bias') as string,
      }) as Error,
    )
  })
})

function example(): Snapshot {
  const record = { loss: 0.5, mse: 0.25, kl: 0, seconds: 1, imagesPerSecond: 10 }
  return {
    state: {
      ...{ step: 7, epoch: 2, images: 4, loss: 2, mse: 1, kl: 0, seconds: 0.5, elapsed: 3 },
      history: [1, 2].map(epoch => ({ epoch, ...record })),
    },
    parameters: new Float32Array(size).fill(0.5),
    firstMoment: new Float32Array(size).fill(-1e-3),
    secondMoment: new Float32Array(size).fill(1e-6),
  }
}

type Tensors = Map<string, NamedTensor | DoubleTensor>

/** The example with something changed, and a checksum that fits: as somebody who means harm would make it. */
function forged(change: (metadata: Record<string, string>, tensors: Tensors) => void): Uint8Array {
  const file = parseSafetensors(checkpointFile(identity, example()), 'example', ['history'])
  const metadata = { ...file.metadata }
  const tensors: Tensors = new Map(exactTensors(file).map(tensor => [tensor.name, tensor]))
  change(metadata, tensors)
  return serializeSafetensors(tensors.values(), sealed(tensors.values(), metadata))
}

const read = (bytes: Uint8Array) => parseCheckpoint(parseSafetensors(bytes, 'file', ['history']), 'file')

function withState(change: Record<string, unknown>) {
  return (metadata: Record<string, string>) => {
    metadata.state = JSON.stringify({ ...(JSON.parse(metadata.state!) as object), ...change })
  }
}

function withOptions(change: Record<string, unknown>) {
  return (metadata: Record<string, string>) => {
    metadata.options = JSON.stringify({ ...(JSON.parse(metadata.options!) as object), ...change })
  }
}

function withHistory(change: (data: Float64Array) => void) {
  return (_: unknown, tensors: Tensors) => {
    change(tensors.get('history')!.data as Float64Array)
  }
}

describe('a checkpoint that is none', () => {
  it('the forgery itself would be taken', () => {
    expect(read(forged(() => undefined)).snapshot.state).toEqual(example().state)
  })

  it('a file of version 1 is read: it had neither an average nor held-out images', () => {
    const old = forged(metadata => {
      metadata.format_version = '1'
      const { height, width, ...options } = JSON.parse(metadata.options!) as TrainConfig
      const known = Object.entries({ ...options, height, width }).filter(
        ([key]) =>
          ![
            'preset',
            'latent',
            'lrSchedule',
            'lrWarmup',
            'lrMin',
            'clipNorm',
            'ema',
            'flip',
            'shift',
            'valSplit',
          ].includes(key),
      )
      metadata.options = JSON.stringify(Object.fromEntries(known))
    })
    expect(read(old)).toMatchObject({ config, snapshot: { state: example().state } })
    expect(read(old).snapshot.average).toBeUndefined()
  })

  it('an average and the losses of held-out images are kept, and missed where the options speak of them', () => {
    const recipe = { ...identity, imageCount: 8, config: { ...config, ema: 0.9, valSplit: 0.2 } }
    const { state, ...vectors } = example()
    const heldOut = { valLoss: 0.125, valMse: 0.5, valKl: 3 }
    const snapshot = {
      ...vectors,
      average: new Float32Array(size).fill(0.75),
      state: { ...state, step: 5, history: state.history.map(record => ({ ...record, ...heldOut })) },
    }
    const found = read(checkpointFile(recipe, snapshot)).snapshot
    expect(found).toEqual(snapshot)
    expect(() => read(checkpointFile(recipe, { ...vectors, state: snapshot.state }))).toThrow(
      /ema\.: tensor .* is missing/,
    )
    expect(() => read(checkpointFile({ ...recipe, config: { ...config, valSplit: 0.2 } }, snapshot))).toThrow(
      /holds .* tensors/,
    )
    expect(() => read(checkpointFile({ ...recipe, config }, snapshot))).toThrow(/images is "8"/)
  })

  it.each<[string, Parameters<typeof forged>[0], RegExp]>([
    [
      'an average that its options do not speak of',
      withOptions({ ema: 0.5 }),
      /ema\.: tensor encoder\.0\.weight .* is missing/,
    ],
    [
      'held-out images that its history lacks',
      withOptions({ valSplit: 0.01, limit: 11 }),
      /history is missing or not float64 of \[epochs, 9\]/,
    ],
    ['weights', m => (m.format = 'pt'), /is no checkpoint/],
    ['another format version', m => (m.format_version = '3'), /format "3" of eyes-wasm .*wanted 2/],
    [
      'a state that gives a key twice',
      m => (m.state = m.state!.replace('{', '{"step":7,')),
      /its state gives the key "step" twice/,
    ],
    [
      'options with __proto__',
      m => (m.options = m.options!.replace('{', '{"__proto__":{},')),
      /its options uses the key/,
    ],
    ['options as deep as the stack', m => (m.options = '['.repeat(1e5)), /its options is nested too deeply/],
    ['an arithmetic that is not JSON', m => (m.arithmetic = '{'), /its arithmetic lacks/],
    ['images in other digits', m => (m.images = '0xa'), /images is "0xa"/],
    ['a format that moves the cursor', m => (m.format_version = '\x1b[2J'), /format "\\u001b\[2J"/],
    ['epochs beyond the last one', withOptions({ epochs: 1 }), /history has 2 epochs, but its options say 1/],
    ['images after the last epoch', withOptions({ epochs: 2 }), /images is 4 after the last of 2 epochs/],
    ['negative times', withHistory(data => (data[4] = -1)), /times of epoch 1 are negative/],
    ['no state', m => delete m.state, /state is not a JSON object/],
    ['a state that is an array', m => (m.state = '[1]'), /state is not a JSON object/],
    ['a state with more in it', withState({ extra: 1 }), /a key too many/],
    ['a step that is no number', withState({ step: '7' }), /step is not a whole number/],
    ['a step that does not fit', withState({ step: 8 }), /step is 8, but 2 epochs and 4 images make 7/],
    ['a negative step', withState({ step: -1 }), /step is not a whole number/],
    ['too large a step', withState({ step: 2 ** 60 }), /step is not a whole number/],
    ['an epoch that is not in the history', withState({ epoch: 3, step: 10 }), /epoch is 3, but the history has 2/],
    ['images beyond the data', withState({ images: 12, step: 9 }), /images is 12/],
    ['images between two steps', withState({ images: 5 }), /images is 5/],
    ['sums of no images', withState({ images: 0, step: 6 }), /sums of an epoch that has not begun/],
    ['a loss that is null', withState({ loss: null }), /loss is not a finite number/],
    ['negative seconds', withState({ elapsed: -1 }), /seconds are negative/],
    ['an option out of range', withOptions({ batch: 0 }), /batch: found 0/],
    ['an unknown option', withOptions({ speed: 1 }), /speed: no such option/],
    ['no size', withOptions({ height: undefined }), /size|height/],
    ['another kernel than its tensors', withOptions({ kernel: 5, padding: 2 }), /kernel is "3", but its options say 5/],
    ['an impossible geometry', withOptions({ stride: 2 }), /^decoder\.4 .*wanted the picture's 16x18/],
    ['another geometry in its metadata', withOptions({ padding: 2 }), /padding is "1", but its options say 2/],
    ['other heads in its metadata', m => (m.heads = 'linear'), /heads is "linear", but its options say relu/],
    ['a limit that is not its images', withOptions({ limit: 9 }), /images is "10"/],
    ['no images', m => (m.images = '0'), /images is "0"/],
    ['no hash of the data', m => (m.data_sha256 = 'none'), /data_sha256 is "none"/],
    ['no hash of its start', m => (m.init_sha256 = ''), /init_sha256 is ""/],
    ['no arithmetic', m => (m.arithmetic = '{}'), /arithmetic lacks/],
    ['no history', (_, t) => t.delete('history'), /history is missing/],
    ['a history of epochs out of order', withHistory(data => (data[0] = 2)), /row 1 of the history is of epoch 2/],
    ['a history that is not finite', withHistory(data => (data[7] = NaN)), /loss of epoch 2 in the history is NaN/],
    ['a missing moment', (_, t) => t.delete('adam.exp_avg.decoder.4.bias'), /decoder\.4\.bias .*missing/],
    [
      'a tensor too many',
      (_, t) => t.set('other', { name: 'other', dtype: 'F32', shape: [1], data: new Float32Array(1) }),
      /holds 38 tensors, wanted 37/,
    ],
    ['a weight that is not finite', (_, t) => (t.get('model.encoder.0.bias')!.data[0] = NaN), /holds NaN/],
    [
      'a negative square',
      (_, t) => (t.get('adam.exp_avg_sq.encoder.0.bias')!.data[0] = -1),
      /second moment .*negative/,
    ],
  ])('%s', (_, change, message) => {
    let error: unknown
    try {
      read(forged(change))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(EyesWasmError)
    expect(error).toMatchObject({ code: 'INPUT', message: expect.stringMatching(message) as string })
  })

  it('one whose tensors are kept in half precision, which a reader would have to double', () => {
    const bytes = forged(() => undefined)
    const text = Buffer.from(bytes).toString('latin1')
    const [entry, begin, end] = /"model\.encoder\.0\.bias":.*?\[(\d+),(\d+)\]\}/.exec(text)!
    const shape = `[${(Number(end) - Number(begin)) / 2}]`
    const half = entry.replace('F32', 'F16').replace(/"shape":\[\d+\]/, `"shape":${shape}`)
    expect(half).toHaveLength(entry.length)
    expect(() => read(new Uint8Array(Buffer.from(text.replace(entry, half), 'latin1')))).toThrow(
      /tensor "model\.encoder\.0\.bias" is not float32/,
    )
  })

  it('a small one of a large model takes no memory for it', async () => {
    const large: TrainConfig = { ...config, kernel: 255, padding: 127 }
    const bytes = forged((metadata, tensors) => {
      Object.assign(metadata, { options: JSON.stringify(large), kernel: '255', padding: '127' })
      for (const name of [...tensors.keys()]) if (name !== 'history') tensors.delete(name)
    })
    const taken = await countBytes(() => expect(() => read(bytes)).toThrow(/is missing/))
    expect(taken).toBeLessThan(2 * bytes.length)
  })

  it('one with any bit flipped', () => {
    const bytes = checkpointFile(identity, example())
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = bytes.slice()
        flipped[at]! ^= 1 << bit
        // A space between two values of the header is the one thing that may be another byte.
        if (bytes[at] === 0x20 && [0x00, 0x09, 0x0a, 0x0d].includes(flipped[at]!)) return
        expect(() => read(flipped)).toThrow(EyesWasmError)
      }),
      { seed, numRuns: 150 },
    )
  })
})

describe('a checkpoint on disk', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-checkpoint-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is read, and its weights alone as any weights file', async () => {
    const file = join(folder, 'last.safetensors')
    await writeFile(file, checkpointFile(identity, example()))
    expect((await readCheckpoint(file)).snapshot.state).toEqual(example().state)
    const { spec, parameters } = await readWeightsFile(file)
    expect(spec).toEqual(specOf(config))
    expect(parameters).toEqual(example().parameters)
  })

  it('is not taken for weights when it is damaged or cut off', async () => {
    const file = join(folder, 'damaged.safetensors')
    const bytes = checkpointFile(identity, example())
    bytes[bytes.length - 1]! ^= 1
    await writeFile(file, bytes)
    await expect(readWeightsFile(file)).rejects.toMatchObject({
      code: 'INPUT',
      message: expect.stringMatching(/damaged/) as string,
    })
    await writeFile(file, (await readFile(file)).subarray(0, -1))
    await expect(readCheckpoint(file)).rejects.toMatchObject({ code: 'INPUT' })
  })
})
