// Values that are not finite, put into images, weights and gradients of a real training: it ends in that step, names the first layer and the
// images, and leaves the parameters and moments of the last good step.
import { afterEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { EyesWasmError } from '../../src/errors.js'
import { layerSpecs, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { type Executor, openExecutor } from '../../src/training/executor.js'
import { trainLoop } from '../../src/training/loop.js'
import { initialState } from '../../src/training/state.js'
import type { TrainingOptions } from '../../src/training/types.js'
import { sha256 } from '../support/faults.js'

const picture = { height: 16, width: 16 }
const geometry = { kernel: 3, stride: 1, padding: 1, ...picture } as const
const specs: Record<'ae' | 'vae', ModelSpec> = { ae: { kind: 'ae', ...geometry }, vae: { kind: 'vae', ...geometry } }
const count = 12
const perImage = 16 * 16 * 3
const options: TrainingOptions = {
  ...{ epochs: 2, batch: 4, lr: 1e-3, loss: 'mse', klWeight: 0.1, seed: 1, shuffle: false, limit: null },
}

let executor: Executor
afterEach(() => executor.close())

async function open(kind: 'ae' | 'vae', change: (pixels: Float32Array) => void = () => undefined) {
  const { pixels } = generateEyes({ count, size: picture })
  const floats = new Float32Array(new SharedArrayBuffer(4 * pixels.length))
  pixels.forEach((byte, i) => (floats[i] = byte / 255))
  change(floats)
  const images: Pick<Dataset, 'pixels' | 'height' | 'width'> = { pixels: floats, ...picture }
  executor = await openExecutor({ spec: specs[kind], images, imageCount: count, batch: 4, threads: 2 })
  initialize(parameterSpecs(layerSpecs(specs[kind])), 3, executor.parameters)
  executor.parametersChanged()
}

/** A parameter's part of a vector. */
function part(kind: 'ae' | 'vae', name: string, vector: Float32Array): Float32Array {
  const { offset, size } = parameterSpecs(layerSpecs(specs[kind])).find(parameter => parameter.name === name)!
  return vector.subarray(offset, offset + size)
}

const state = () => [executor.parameters, executor.firstMoment, executor.secondMoment]
const isFinite = () => state().every(vector => vector.every(Number.isFinite))

/** Trains until it fails; the message, the steps that were finished, and whether the state is that of the last of them. */
async function fail(over: Partial<TrainingOptions> = {}, onStep: (steps: number) => void = () => undefined) {
  const hashes = [sha256(...state())]
  const callback = {
    onStep() {
      onStep(hashes.length)
      hashes.push(sha256(...state()))
      return undefined
    },
  }
  const error: unknown = await trainLoop(executor, initialState(), count, {
    ...options,
    ...over,
    callbacks: [callback],
  }).catch((thrown: unknown) => thrown)
  if (!(error instanceof EyesWasmError)) throw new Error('it trained on', { cause: error })
  expect(error).toMatchObject({ code: 'NON_FINITE', exitCode: 3 })
  expect(sha256(...state()), 'the state is that of the last good step').toBe(hashes.at(-1))
  return { message: error.message, steps: hashes.length - 1 }
}

describe.each(['ae', 'vae'] as const)('%s', kind => {
  it.each([NaN, Infinity, -Infinity])('%d in two images', async value => {
    await open(kind, pixels => {
      pixels[5 * perImage + 17] = value
      pixels[7 * perImage] = value
    })
    const { message, steps } = await fail()
    expect(message).toBe(
      'training: pixels are not finite in epoch 1, step 2 (images 5, 7). Mend those images, or leave them out.',
    )
    expect(steps).toBe(1)
    expect(isFinite()).toBe(true)
  })

  it.each([
    ['encoder.2.weight', NaN],
    ['decoder.2.bias', Infinity],
    ['decoder.0.weight', -Infinity],
  ] as const)('a weight of %s that is %d', async (name, value) => {
    await open(kind)
    const layer = name.slice(0, name.lastIndexOf('.'))
    const { message, steps } = await fail({}, done => {
      if (done !== 4) return
      part(kind, name, executor.parameters)[3 % part(kind, name, executor.parameters).length] = value
      executor.parametersChanged()
    })
    expect(message).toContain(`weights of ${layer} are not finite`)
    expect(message).toContain('epoch 2, step 2 (images 4, 5, 6, 7)')
    expect(steps).toBe(4)
  })

  it('a huge learning rate: the first output that overflows, or the weights themselves', async () => {
    await open(kind)
    const { message } = await fail({ lr: 1e15 })
    expect(message).toMatch(
      /^training: (output of (en|de)coder\.\d|the drawn latent|the loss|output of enc_out_\d\.0) is (not finite|Infinity|NaN) in epoch 1, step 2 \(images 4, 5, 6, 7\)\. Lower --lr \(it is 1000000000000000\)/,
    )
    expect(isFinite()).toBe(true)
    await executor.close()
    await open(kind)
    const beyond = await fail({ lr: 1e39 })
    expect(beyond.message).toMatch(
      /weights of encoder\.0 are not finite after the update of epoch 1, step 1 \(images 0, 1, 2, 3\)/,
    )
    expect(beyond.steps).toBe(0)
    expect(isFinite()).toBe(true)
  })

  it('an output that overflows in one image', async () => {
    await open(kind, pixels => pixels.fill(1e25, 9 * perImage, 10 * perImage))
    part(kind, 'encoder.2.weight', executor.parameters).fill(1e15)
    // The latent is 0 or noise, in all other images too.
    for (const { name } of parameterSpecs(layerSpecs(specs[kind])))
      if (name.startsWith('enc_out')) part(kind, name, executor.parameters).fill(0)
    executor.parametersChanged()
    const { message, steps } = await fail({ lr: 0 })
    expect(message).toMatch(/^training: output of encoder\.2 is not finite in epoch 1, step 3 \(images 9\)\./)
    expect(steps).toBe(2)
  })
})

it('the loss alone: squares that overflow', async () => {
  await open('ae', pixels => pixels.fill(1e25, perImage, 2 * perImage))
  // All weights are zero: no layer's output is large.
  executor.parameters.fill(0)
  executor.parametersChanged()
  const { message } = await fail()
  expect(message).toMatch(/^training: the loss is Infinity in epoch 1, step 1 \(images 1\)\./)
  expect(isFinite()).toBe(true)
})

it('a gradient that overflows where every output is finite', async () => {
  await open('ae')
  const set = (name: string, value: number) => part('ae', name, executor.parameters).fill(value)
  // decoder.2 sees 1e20, makes 1e-36 of it, and its output's gradient is about 1e30: its own gradient is their product.
  set('decoder.0.weight', 0)
  set('decoder.0.bias', 1e20)
  set('decoder.2.weight', 0)
  set('decoder.2.bias', 1e-36)
  set('decoder.4.weight', 1e30)
  executor.parametersChanged()
  const { message } = await fail()
  expect(message).toMatch(/^training: gradient of decoder\.2 is not finite in epoch 1, step 1 \(images 0, 1, 2, 3\)\./)
  expect(isFinite()).toBe(true)
})

it('a second moment that overflows while the weight stays finite', async () => {
  await open('ae')
  const { message, steps } = await fail({}, done => {
    if (done === 2) part('ae', 'decoder.2.weight', executor.secondMoment)[5] = Infinity
  })
  expect(message).toContain(
    'second moment of decoder.2 is not finite after the update of epoch 1, step 3 (images 8, 9, 10, 11)',
  )
  expect(steps).toBe(2)
})

it('a gradient whose square overflows, with so small a learning rate that no weight would show it', async () => {
  await open('ae')
  const set = (name: string, value: number) => part('ae', name, executor.parameters).fill(value)
  // The output of decoder.2 is 1e-28, its gradient some 1e22: finite, but for Adam's square of it.
  set('decoder.0.weight', 0)
  set('decoder.0.bias', 1)
  set('decoder.2.weight', 0)
  set('decoder.2.bias', 1e-28)
  set('decoder.4.weight', 1e24)
  executor.parametersChanged()
  const { message, steps } = await fail({ lr: 1e-30 })
  expect(message).toContain(
    'second moment of decoder.2 is not finite after the update of epoch 1, step 1 (images 0, 1, 2, 3)',
  )
  expect(steps).toBe(0)
  expect(isFinite()).toBe(true)
})
