// What ParallelTrainer computes, against plain float64: a linear model by full-batch gradient descent, whatever the cut; rows that come from an indexed module; the
// mean statistic of a batch normalisation; Math.random as the seed has it; the cost of kernels.
import { describe, expect, it } from 'vitest'
import { exampleCost, kernelFlop, moduleCut, mostAtOnce } from '../../src/trainer/cost.js'
import { sgd } from '../../src/trainer/optimizers.js'
import { drawer } from '../../src/trainer/random.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import type { TrainerOptions } from '../../src/trainer/types.js'
import { labelled, moduleUrl } from './fixtures.js'

const line = (more: Partial<TrainerOptions>): TrainerOptions => ({
  ...{ model: moduleUrl('bad.js'), data: labelled([24, 6]), optimizer: sgd({ lr: 0.05 }), settings: {}, ...more },
})

/** Full-batch gradient descent on the mean of (x w - y)^2 from ones, in float64. */
function descend(x: ArrayLike<number>, y: ArrayLike<number>, steps: number, lr: number): Float64Array {
  const w = new Float64Array(6).fill(1)
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(6)
    for (let n = 0; n < y.length; n++) {
      const error = w.reduce((sum, weight, i) => sum + weight * x[6 * n + i]!, 0) - y[n]!
      for (let i = 0; i < 6; i++) gradient[i]! += (2 * error * x[6 * n + i]!) / y.length
    }
    gradient.forEach((g, i) => (w[i]! -= lr * g))
  }
  return w
}

async function weightsAfter(options: TrainerOptions, epochs: number): Promise<Float32Array> {
  const trainer = new ParallelTrainer(options)
  await trainer.fit({ epochs, batch: 64 })
  const { values } = (await trainer.variables()).get('w')!
  await trainer.close()
  return values
}

describe('full-batch descent', () => {
  it.each([undefined, 5, 24])('in micro-batches of %s', async microBatch => {
    const { x, y } = labelled([24, 6])
    const wanted = descend(x.values, y.values, 30, 0.05)
    const found = await weightsAfter(line({ threads: 2, ...(microBatch && { microBatch }) }), 30)
    wanted.forEach((w, i) => expect(Math.abs(found[i]! - w)).toBeLessThan(30 * 50 * 2 ** -24))
    expect(Math.max(...wanted.map(w => Math.abs(w - 1)))).toBeGreaterThan(0.1)
  })

  it('on rows of an indexed module', async () => {
    const x = Float64Array.from({ length: 240 }, (_, i) => Math.abs((i * 37) % 11) / 11)
    const y = Float64Array.from({ length: 40 }, (_, i) => i % 3)
    const wanted = descend(x, y, 20, 0.05)
    const found = await weightsAfter(line({ data: moduleUrl('data.js'), threads: 1 }), 20)
    wanted.forEach((w, i) => expect(Math.abs(found[i]! - w)).toBeLessThan(20 * 50 * 2 ** -24))
  })
})

it('initial weights that are drawn follow the seed alone', async () => {
  const first = async (seed: number) => {
    const trainer = new ParallelTrainer(line({ settings: { way: 'draws' }, seed, threads: 1 }))
    const { values } = (await trainer.variables()).get('w')!
    await trainer.close()
    return values
  }
  expect(await first(3)).toEqual(await first(3))
  expect(await first(3)).not.toEqual(await first(4))
})

describe('drawer', () => {
  it('gives floats in [0, 1) of 53 bits, others for every key', () => {
    const draw = drawer(1, { step: 0, place: 0 })
    const values = Array.from({ length: 4000 }, draw)
    expect(values.every(value => value >= 0 && value < 1 && (value * 2 ** 53) % 1 === 0)).toBe(true)
    // The mean of 4000 has a deviation of 0.0046.
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 4000 - 0.5)).toBeLessThan(0.02)
    const firsts = [0, 1, 2].flatMap(step => [0, 1, 5].map(place => drawer(1, { step, place })()))
    expect(new Set([...firsts, drawer(2, { step: 0, place: 0 })()]).size).toBe(10)
  })
})

describe('the cost of a kernel', () => {
  const flop = (name: string, inputShapes: number[][], output: number[]) =>
    kernelFlop({ name, inputShapes, outputShapes: [output] })
  it('is its multiplications and additions', () => {
    const [x, w, y] = [
      [2, 8, 8, 3],
      [3, 3, 3, 4],
      [2, 6, 6, 4],
    ] as [number[], number[], number[]]
    const wanted = 2 * 2 * 6 * 6 * 4 * 3 * 3 * 3
    expect(flop('Conv2D', [x, w], y)).toBe(wanted)
    expect(flop('FusedConv2D', [x, w, [4]], y)).toBe(wanted)
    expect(flop('Conv2DBackpropInput', [y, w], x)).toBe(wanted)
    expect(flop('Conv2DBackpropFilter', [x, y], w)).toBe(wanted)
    const [dw, dy] = [
      [3, 3, 3, 2],
      [2, 6, 6, 6],
    ] as [number[], number[]]
    const depthwise = 2 * 2 * 6 * 6 * 6 * 3 * 3
    expect(flop('DepthwiseConv2dNative', [x, dw], dy)).toBe(depthwise)
    expect(flop('DepthwiseConv2dNativeBackpropFilter', [x, dy], dw)).toBe(depthwise)
    expect(flop('DepthwiseConv2dNativeBackpropInput', [dy, dw], x)).toBe(depthwise)
    expect(
      flop(
        'BatchMatMul',
        [
          [5, 7, 11],
          [5, 11, 13],
        ],
        [5, 7, 13],
      ),
    ).toBeCloseTo(2 * 5 * 7 * 11 * 13)
    expect(
      flop(
        '_FusedMatMul',
        [
          [1, 11, 7],
          [1, 11, 13],
        ],
        [1, 7, 13],
      ),
    ).toBeCloseTo(2 * 7 * 11 * 13)
    expect(flop('Relu', [x], x)).toBe(32 * 384)
  })

  const run = (totalBytesSnapshot: number, outputs: number) => ({
    ...{ name: 'Relu', inputShapes: [[outputs]], outputShapes: [[outputs]], totalBytesSnapshot },
  })

  it('is told apart from that of the step, by two steps of different size', () => {
    // A kernel over 10 elements an example, and one over 100 parameters; 8 bytes an example beside 1000.
    const step = (examples: number) => ({ examples, kernels: [run(900, 10 * examples), run(1000 + 8 * examples, 100)] })
    const wanted = { flop: 320, stepFlop: 3200, kernels: 2, bytes: 8 }
    expect(exampleCost(step(2), step(3))).toEqual(wanted)
    expect(exampleCost(step(1), step(1))).toEqual({ flop: 3520, stepFlop: 0, kernels: 2, bytes: 1008 })
    expect(kernelFlop({ name: 'Reshape', inputShapes: [[10]], outputShapes: [[10]] })).toBe(0)
  })

  it('decides the cut, and so do a wish and a state', () => {
    // A micro-batch costs as much as an example: 1000 * 80 + 5 * 4e5 + 2e5.
    const cost = { flop: 2.28e6, stepFlop: 2e5, kernels: 5, bytes: 2 ** 22 }
    const model = { cost, parameterCount: 1000, stateCount: 0 }
    const cut = moduleCut(model)
    expect([1, 3, 4, 31, 32, 64, 128, 1000].map(n => cut.count(n))).toEqual([1, 1, 2, 2, 4, 8, 16, 32])
    expect(cut.tapeExamples).toBe(64)
    expect([1, 3, 32, 1000, 4000].map(n => mostAtOnce(cut, n))).toEqual([1, 3, 8, 32, 63])
    const stateful = moduleCut({ ...model, cost: { ...cost, bytes: 2 ** 26 }, stateCount: 8 })
    expect([1, 31, 32, 64, 128, 1000].map(n => stateful.count(n))).toEqual([1, 1, 2, 4, 8, 32])
    expect(stateful.tapeExamples).toBe(16)
    const wished = moduleCut({ ...model, microBatch: 10 })
    expect([1, 10, 11, 64, 1000].map(n => wished.count(n))).toEqual([1, 1, 2, 7, 32])
    expect(moduleCut({ ...model, parameterCount: 2 ** 26, microBatch: 10 }).count(64)).toBe(1)
  })
})
