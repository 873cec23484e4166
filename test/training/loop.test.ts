// The training loop over a fake executor: what it asks for, in which order, what it remembers, and how it ends. No threads, no tfjs.
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import type { ImageStep } from '../../src/imaging/executor.js'
import type { NonFinite } from '../../src/imaging/non-finite.js'
import { ask } from '../../src/parallel/loop.js'
import type { Answer } from '../../src/parallel/rules.js'
import type { Executor } from '../../src/training/executor.js'
import { epochOrder, objectiveAt, trainLoop } from '../../src/training/loop.js'
import type { TrainingOptions } from '../../src/training/types.js'
import { initialState } from '../../src/training/state.js'
import type { Callback } from '../../src/training/types.js'

const base: TrainingOptions = {
  epochs: 2,
  batch: 4,
  lr: 0.5,
  loss: 'mse',
  klWeight: 0.25,
  seed: 7,
  shuffle: true,
  limit: null,
}

/** Loss of step n (from 1) is 100 / n, its parts 60 / n and 40 / n; each update counts the one parameter up. */
function fake(
  imageCount: number,
  answer: (n: number) => { loss?: number; finite?: boolean } = () => ({}),
  found?: NonFinite | Error,
) {
  const steps: (ImageStep & { ids: number[] })[] = []
  const updates: { step: number; lr: number }[] = []
  const unused = () => Promise.reject(new Error('not for the loop'))
  const executor: Executor = {
    threads: 1,
    parameters: new Float32Array(1),
    firstMoment: new Float32Array(1),
    secondMoment: new Float32Array(1),
    average: null,
    gradient: new Float32Array(1),
    order: new Int32Array(imageCount),
    parametersChanged: () => undefined,
    computeGradient(step) {
      steps.push({ ...step, ids: [...executor.order.subarray(step.from, step.to)] })
      const n = steps.length
      const { loss = 100 / n, finite = true } = answer(n)
      return Promise.resolve({ loss, mse: 60 / n, kl: 40 / n, finite })
    },
    update(step, lr) {
      updates.push({ step, lr })
      executor.parameters[0]! += lr
      return Promise.resolve(Number.isFinite(executor.parameters[0]))
    },
    diagnose: () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found)),
    clock: () => ({ steps: 0, wall: 0, busy: 0, longest: 0 }),
    loss: unused,
    measure: unused,
    reconstruct: unused,
    encode: unused,
    decode: unused,
    close: unused,
  }
  return { executor, steps, updates }
}

describe('trainLoop', () => {
  it('cuts each epoch into batches of its own order and counts Adam’s steps on', async () => {
    const { executor, steps, updates } = fake(10)
    const state = initialState()
    expect(await trainLoop(executor, state, 10, base)).toBeUndefined()
    expect(steps.map(({ epoch, from, to }) => [epoch, from, to])).toEqual([
      [1, 0, 4],
      [1, 4, 8],
      [1, 8, 10],
      [2, 0, 4],
      [2, 4, 8],
      [2, 8, 10],
    ])
    for (const epoch of [1, 2]) {
      const seen = steps.filter(step => step.epoch === epoch).flatMap(step => step.ids)
      expect(seen).toEqual([...epochOrder(10, epoch, base)])
    }
    expect(steps.every(({ seed, objective }) => seed === 7 && objective.klWeight === 0.25)).toBe(true)
    expect(updates).toEqual([1, 2, 3, 4, 5, 6].map(step => ({ step, lr: 0.5 })))
    expect(state).toMatchObject({ step: 6, epoch: 2, images: 0, loss: 0, mse: 0, kl: 0, seconds: 0 })
  })

  it('history holds means over images: a smaller last batch weighs less', async () => {
    const state = initialState()
    await trainLoop(fake(10).executor, state, 10, base)
    const wanted = (4 * 100 + 4 * 50 + 2 * (100 / 3)) / 10
    expect(state.history.map(({ epoch }) => epoch)).toEqual([1, 2])
    const [first] = state.history
    expect(first!.loss).toBeCloseTo(wanted, 12)
    expect(first!.mse).toBeCloseTo(0.6 * wanted, 12)
    expect(first!.kl).toBeCloseTo(0.4 * wanted, 12)
    expect(first!.seconds).toBeGreaterThan(0)
    expect(first!.imagesPerSecond).toBeCloseTo(10 / first!.seconds, 6)
  })

  it('goes on from the middle of an epoch as if it had never stopped', async () => {
    const whole = fake(10)
    const wholeState = initialState()
    await trainLoop(whole.executor, wholeState, 10, base)
    const first = fake(10)
    const state = initialState()
    const stopAtTwo: Callback = { onStep: ({ step }) => (step === 2 ? { stop: 'pause' } : undefined) }
    expect(await trainLoop(first.executor, state, 10, { ...base, callbacks: [stopAtTwo] })).toEqual({ stop: 'pause' })
    expect(state).toMatchObject({ step: 2, epoch: 0, images: 8, history: [] })
    const second = fake(10, n => ({ loss: 100 / (n + 2) }))
    await trainLoop(second.executor, JSON.parse(JSON.stringify(state)) as typeof state, 10, base)
    expect([...first.steps, ...second.steps]).toEqual(whole.steps)
    expect([...first.updates, ...second.updates]).toEqual(whole.updates)
  })
})

describe('callbacks', () => {
  it('are asked in list order, awaited, at each step and epoch', async () => {
    const calls: string[] = []
    const note = (name: string): Callback => ({
      async onStep({ epoch, step, stepsPerEpoch, images, loss }) {
        await new Promise(resolve => setTimeout(resolve, name === 'a' ? 2 : 0))
        calls.push(`${name} step ${epoch}.${step}/${stepsPerEpoch} ${images} ${loss}`)
        return undefined
      },
      onEpoch({ epoch }) {
        calls.push(`${name} epoch ${epoch}`)
        return undefined
      },
    })
    await trainLoop(fake(6).executor, initialState(), 6, { ...base, epochs: 1, callbacks: [note('a'), {}, note('b')] })
    expect(calls).toEqual([
      'a step 1.1/2 4 100',
      'b step 1.1/2 4 100',
      'a step 1.2/2 2 50',
      'b step 1.2/2 2 50',
      'a epoch 1',
      'b epoch 1',
    ])
  })

  it('that answer false, as JavaScript’s && does, leave the others’ wishes alone', async () => {
    const lacking = (() => false) as unknown as () => undefined
    const callbacks: Callback[] = [{ onStep: lacking, onEpoch: lacking }, { onEpoch: () => ({ stop: 'enough' }) }]
    const { executor, updates } = fake(6)
    expect(await trainLoop(executor, initialState(), 6, { ...base, callbacks })).toEqual({ stop: 'enough' })
    expect(updates).toHaveLength(2)
  })

  it('that wish to stop without words are told what is wanted', async () => {
    const callbacks = [{ onStep: () => ({ stop: true }) as unknown as undefined }]
    const { executor } = fake(6)
    await expect(trainLoop(executor, initialState(), 6, { ...base, callbacks })).rejects.toMatchObject({
      code: 'INPUT',
      message: "callbacks: one answered { stop: true }, wanted { stop: 'why' }. Say why in words.",
    })
  })

  it('the first wish to stop wins, and the others are asked all the same', async () => {
    const asked: string[] = []
    const wish = (stop: string | undefined): Callback => ({
      onStep() {
        asked.push(stop ?? 'none')
        return stop === undefined ? undefined : { stop }
      },
    })
    const callbacks = [wish(undefined), wish('first'), wish('second')]
    const { executor, updates } = fake(10)
    expect(await trainLoop(executor, initialState(), 10, { ...base, callbacks })).toEqual({ stop: 'first' })
    expect(asked).toEqual(['none', 'first', 'second'])
    expect(updates).toHaveLength(1)
  })

  it('stop after an epoch', async () => {
    const state = initialState()
    const callbacks: Callback[] = [{ onEpoch: ({ epoch }) => (epoch === 2 ? { stop: 'flat' } : undefined) }]
    expect(await trainLoop(fake(10).executor, state, 10, { ...base, epochs: 5, callbacks })).toEqual({ stop: 'flat' })
    expect(state.history).toHaveLength(2)
    expect(state).toMatchObject({ epoch: 2, images: 0 })
  })

  it('a stop after an epoch’s last step leaves that epoch finished, and after the last of all is none', async () => {
    const epochs: number[] = []
    const callbacks: Callback[] = [
      { onStep: ({ step, stepsPerEpoch }) => (step === stepsPerEpoch ? { stop: 'enough' } : undefined) },
      { onEpoch: ({ epoch }) => void epochs.push(epoch) },
    ]
    const state = initialState()
    expect(await trainLoop(fake(10).executor, state, 10, { ...base, callbacks })).toEqual({ stop: 'enough' })
    expect(epochs).toEqual([1])
    expect(state).toMatchObject({ epoch: 1, images: 0 })
    const only = { ...base, epochs: 1, callbacks }
    expect(await trainLoop(fake(10).executor, initialState(), 10, only)).toBeUndefined()
  })

  it('what they throw ends the training', async () => {
    const callbacks: Callback[] = [{ onEpoch: () => Promise.reject(new Error('disk full')) }]
    await expect(trainLoop(fake(4).executor, initialState(), 4, { ...base, callbacks })).rejects.toThrow('disk full')
  })
})

describe('AbortSignal', () => {
  it('ends after the step under way', async () => {
    const controller = new AbortController()
    const { executor, updates } = fake(10, n => {
      if (n === 2) controller.abort()
      return {}
    })
    const state = initialState()
    expect(await trainLoop(executor, state, 10, { ...base, signal: controller.signal })).toEqual({
      stop: 'interrupted',
      pause: true,
    })
    expect(updates).toHaveLength(2)
    expect(state).toMatchObject({ step: 2, images: 8 })
  })

  it('raised before the start: not one step', async () => {
    const { executor, steps } = fake(10)
    const signal = AbortSignal.abort()
    expect(await trainLoop(executor, initialState(), 10, { ...base, signal })).toEqual({
      stop: 'interrupted',
      pause: true,
    })
    expect(steps).toEqual([])
  })
})

describe('values that are not finite', () => {
  async function failure(answer: Parameters<typeof fake>[1], lr = base.lr) {
    const { executor, updates } = fake(10, answer)
    const error: unknown = await trainLoop(executor, initialState(), 10, { ...base, lr, shuffle: false }).catch(
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof EyesWasmError)) throw new Error('trained on', { cause: error })
    expect(error).toMatchObject({ code: 'NON_FINITE', exitCode: 3 })
    return { message: error.message, updates, parameters: executor.parameters }
  }

  it.each([NaN, Infinity])('a loss of %d stops before the update', async loss => {
    const { message, updates, parameters } = await failure(n => (n === 2 ? { loss } : {}))
    expect(message).toBe(
      `training: the loss is ${loss} in epoch 1, step 2 (images 4, 5, 6, 7). Lower --lr (it is 0.5), and look at those images.`,
    )
    expect(updates).toHaveLength(1)
    expect(parameters[0]).toBe(0.5)
  })

  it('so does a gradient that is not', async () => {
    const { message, updates } = await failure(n => (n === 3 ? { finite: false } : {}))
    expect(message).toContain('gradient is not finite in epoch 1, step 3 (images 8, 9)')
    expect(updates).toHaveLength(2)
  })

  it('a weight that overflows is seen after its update', async () => {
    const { message, updates } = await failure(undefined, 1e39)
    expect(message).toContain('weights are not finite after the update of epoch 1, step 1 (images 0, 1, 2, 3)')
    expect(updates).toHaveLength(1)
  })
})

describe('what is not finite', () => {
  const ids = Array.from({ length: 12 }, (_, i) => 3 * i)
  const cases: [Partial<NonFinite>, string][] = [
    [{ what: 'pixels', ids: [17] }, 'pixels are not finite in epoch 1, step 1 (images 17). Mend those images'],
    [
      { what: 'output', layer: 'encoder.2', ids: [17, 40] },
      'output of encoder.2 is not finite in epoch 1, step 1 (images 17, 40). Lower',
    ],
    [{ what: 'output', layer: 'latent', ids: [0] }, 'the drawn latent is not finite in epoch 1, step 1 (images 0).'],
    [
      { what: 'gradient', layer: 'decoder.0', ids },
      'gradient of decoder.0 is not finite in epoch 1, step 1 (images 0, 3, 6, 9, 12, 15, 18, 21, …)',
    ],
    [
      { what: 'weights', layer: 'encoder.0' },
      'weights of encoder.0 are not finite in epoch 1, step 1 (images 0, 1, 2, 3)',
    ],
    [
      { what: 'second moment', layer: 'encoder.0', afterUpdate: true },
      'second moment of encoder.0 is not finite after the update of epoch 1, step 1 (',
    ],
  ]
  it.each(cases)('%o', async (found, wanted) => {
    const whole: NonFinite = { what: 'loss', ids: [], afterUpdate: false, ...found }
    const { executor } = fake(4, () => ({ finite: false }), whole)
    const ended = trainLoop(executor, initialState(), 4, { ...base, shuffle: false })
    await expect(ended).rejects.toThrow(`training: ${wanted}`)
  })

  it('is what the step itself says where the search fails', async () => {
    const { executor } = fake(4, () => ({ loss: NaN }), new Error('all workers are gone'))
    const ended = trainLoop(executor, initialState(), 4, { ...base, shuffle: false })
    await expect(ended).rejects.toThrow('training: the loss is NaN in epoch 1, step 1 (images 0, 1, 2, 3)')
  })
})

describe('objectiveAt', () => {
  const options = { loss: 'l1', klWeight: 0.5, klWarmup: 2, freeBits: 0.1 } as const

  it('warms the KL weight up linearly from 0, and leaves it there', () => {
    const weights = [0, 1, 3, 5, 6, 7, 500].map(step => objectiveAt(step, 3, options).klWeight)
    expect(weights).toEqual([0, 0.5 * (1 / 6), 0.25, 0.5 * (5 / 6), 0.5, 0.5, 0.5])
  })

  it('is the whole weight at once without a warm-up, and the free bits are none unless given', () => {
    expect(objectiveAt(0, 3, { loss: 'mse', klWeight: 0.5 })).toEqual({ loss: 'mse', klWeight: 0.5, freeBits: 0 })
    expect(objectiveAt(0, 3, { ...options, klWarmup: 0 })).toEqual({ loss: 'l1', klWeight: 0.5, freeBits: 0.1 })
  })

  it('is what each step of a training gets, by its number since the start', async () => {
    const { executor, steps } = fake(10)
    await trainLoop(executor, initialState(), 10, { ...base, batch: 5, epochs: 2, klWeight: 1, klWarmup: 2 })
    expect(steps.map(({ objective }) => objective.klWeight)).toEqual([0, 0.25, 0.5, 0.75])
  })
})

describe('epochOrder', () => {
  it('is a permutation that differs between epochs and seeds', () => {
    const orders = [1, 2, 3].map(epoch => [...epochOrder(100, epoch, { seed: 0, shuffle: true })])
    const other = [...epochOrder(100, 1, { seed: 1, shuffle: true })]
    const sorted = (order: number[]) => [...order].sort((a, b) => a - b)
    for (const order of [...orders, other]) expect(sorted(order)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(new Set([...orders, other].map(String)).size).toBe(4)
    expect([...epochOrder(100, 1, { seed: 0, shuffle: true })]).toEqual(orders[0])
  })

  it('moves images far: on average a third of the way, as every order being equally likely would', () => {
    const count = 999
    const order = epochOrder(count, 1, { seed: 0, shuffle: true })
    const mean = order.reduce((sum, id, place) => sum + Math.abs(id - place), 0) / count
    // |i - j| of two uniform places has mean n / 3 and standard deviation n / sqrt(18): five of its mean's own.
    expect(Math.abs(mean - count / 3)).toBeLessThan((5 * count) / Math.sqrt(18 * count))
  })

  it('is the source’s own without shuffling', () => {
    expect([...epochOrder(5, 3, { seed: 4, shuffle: false })]).toEqual([0, 1, 2, 3, 4])
  })
})

it('only an answer with a reason stops: an arrow function may answer the length of a list, or a record', async () => {
  const answers = [undefined, 3, true, 'stop', { loss: 1 }, Promise.resolve(null), { stop: 'enough' }, { stop: 'late' }]
  const called: unknown[] = []
  const asked = (of: readonly unknown[]) =>
    ask(of, answer => {
      called.push(answer)
      return answer as Answer
    })
  expect(await asked(answers)).toEqual({ stop: 'enough' })
  expect(called).toEqual(answers)
  expect(await asked(answers.slice(0, 6))).toBeUndefined()
})
