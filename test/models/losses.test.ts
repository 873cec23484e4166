// The losses by name: values and gradients of those that are composed, each a mean over images, and the VAE's two terms put together.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { leastSide, type LossName, lossNames, ssimScales } from '../../src/models/loss-names.js'
import { reconstruction } from '../../src/models/losses.js'
import { parameterCount } from '../../src/models/geometry.js'
import { createModel } from '../../src/models/index.js'
import { initialize } from '../../src/models/initialize.js'
import type { Objective } from '../../src/models/loss-names.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { klDivergence, reconstructionLoss } from '../reference/elementwise.js'
import {
  edgeLoss,
  focalFrequency,
  freeBits,
  meanSquare,
  msSsimWithL1,
  numericGradient,
  sigmaLoss,
} from '../reference/losses.js'
import { referenceSsim, type Shape } from '../reference/ssim.js'
import { itRandom, Random, useBackend } from '../kernels/harness.js'
import { openOneThread } from '../support/one-thread.js'

useBackend()

type Images = readonly [a: Float64Array, b: Float64Array]

const references: Readonly<Record<LossName, (a: Float64Array, b: Float64Array, shape: Shape) => number>> = {
  mse: (a, b) => meanSquare(a, b),
  l1: (a, b) => reconstructionLoss(a, b, 'l1'),
  charbonnier: (a, b) => reconstructionLoss(a, b, 'charbonnier'),
  ssim: (a, b, shape) => 1 - referenceSsim(a.map(unit), b.map(unit), shape).ssim,
  'ms-ssim+l1': (a, b, shape) => msSsimWithL1(a, b, shape, ssimScales(shape.height, shape.width)),
  'focal-frequency': (a, b, shape) => meanSquare(a, b) + focalFrequency(a, b, shape),
  edge: (a, b, shape) => reconstructionLoss(a, b, 'l1') + 0.1 * edgeLoss(a, b, shape),
  sigma: (a, b) => sigmaLoss(a, b),
}

function unit(value: number): number {
  return (value + 1) / 2
}

/** Smooth pictures on [-1, 1] and rebuilt ones that are like them, so that every scale has a structure; float32 values. */
function pictures(random: Random, { height, width, channels }: Shape): Images {
  const phase = 3 * random.next()
  const noise = random.floats(2 * height * width * channels, 0.1)
  const b = Float64Array.from({ length: height * width * channels }, (_, i) => {
    const [y, x, c] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels]
    return Math.fround(0.6 * Math.sin(0.5 * x + phase + c) * Math.cos(0.35 * y) + noise[2 * i]!)
  })
  return [b.map((value, i) => Math.fround(0.9 * value + noise[2 * i + 1]!)), b]
}

const tensorOf = (images: readonly Float64Array[], { height, width, channels }: Shape) =>
  tf.tensor4d(Float32Array.from(images.flatMap(image => [...image])), [images.length, height, width, channels])

// Two scales of MS-SSIM, the first with odd sides: 11 pixels fit twice.
const shape = { height: 23, width: 25, channels: 3 }

describe.each(lossNames)('%s', loss => {
  itRandom('is the mean of the reference over images', random => {
    const pairs = [0, 1, 2].map(() => pictures(random, shape))
    const wanted = pairs.reduce((sum, [a, b]) => sum + references[loss](a, b, shape) / 3, 0)
    const [a, b] = [0, 1].map(side =>
      tensorOf(
        pairs.map(pair => pair[side]!),
        shape,
      ),
    ) as [tf.Tensor4D, tf.Tensor4D]
    const found = reconstruction(tf, a, b, loss).dataSync()[0]!
    expect(Math.abs(found - wanted)).toBeLessThan(2e-5 * Math.abs(wanted))
    // A third of the gradient that the image has alone.
    const gradient = (x: tf.Tensor4D, y: tf.Tensor4D) =>
      tf
        .grad(t => reconstruction(tf, t as tf.Tensor4D, y, loss))(x)
        .dataSync<'float32'>()
    const together = gradient(a, b)
    const alone = gradient(tensorOf([pairs[1]![0]], shape), tensorOf([pairs[1]![1]], shape))
    const largest = alone.reduce((most, d) => Math.max(most, Math.abs(d)), 0)
    alone.forEach((d, i) => expect(Math.abs(together[alone.length + i]! - d / 3)).toBeLessThan(1e-6 * largest))
    expect(largest).toBeGreaterThan(0)
  })

  itRandom('shows a value that is not finite, and does not forgive it in the gradient', random => {
    const [a, b] = pictures(random, shape)
    for (const bad of [NaN, Infinity]) {
      const broken = tensorOf([a.map((v, i) => (i === 700 ? bad : v))], shape)
      const run = (t: tf.Tensor) => reconstruction(tf, t as tf.Tensor4D, tensorOf([b], shape), loss)
      expect(Number.isFinite(run(broken).dataSync()[0])).toBe(false)
      expect(tf.grad(run)(broken).dataSync().every(Number.isFinite)).toBe(false)
    }
  })
})

// The focal frequency loss's weights are constants: FocalFrequency.test.ts holds its gradient.
describe.each(lossNames.filter(name => name !== 'focal-frequency'))('%s', loss => {
  itRandom('has the gradient of central differences', random => {
    const [a, b] = pictures(random, shape)
    const found = tf
      .grad(t => reconstruction(tf, t as tf.Tensor4D, tensorOf([b], shape), loss))(tensorOf([a], shape))
      .dataSync<'float32'>()
    const largest = found.reduce((most, d) => Math.max(most, Math.abs(d)), 0)
    const some = [0, 1, 40, 75, 76, 861, 862, 863, 900, 1500, 1700, 1724]
    const wanted = numericGradient(a, moved => references[loss](moved, b, shape), 1e-6, some)
    some.forEach((index, i) => expect(Math.abs(found[index]! - wanted[i]!) / largest).toBeLessThan(1e-3))
  })
})

it('MS-SSIM has as many scales as fit, from two to five, and the sides that it needs', () => {
  const scales = [10, 11, 21, 22, 43, 44, 50, 88, 176, 2048].map(side => ssimScales(side, 3000))
  expect(scales).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 5, 5])
  expect(ssimScales(50, 22)).toBe(2)
  expect(lossNames.map(leastSide)).toEqual([1, 1, 1, 11, 22, 1, 3, 1])
})

describe("the VAE's loss", () => {
  const geometry = { kernel: 1, stride: 1, padding: 0, height: 12, width: 13 }
  const latentOfValue = 96 / 3
  const shape = { height: 12, width: 13, channels: 3 }

  /** Loss, parts, and what the reference makes of the same latent. */
  async function run(spec: ModelSpec, objective: Objective) {
    const plain = await openOneThread(spec)
    initialize(plain.specs, 1, plain.parameters)
    // Far enough from 0 that heads of either kind have something to hold back.
    plain.parameters.forEach((value, i) => (plain.parameters[i] = 2 * value))
    const [image] = pictures(new Random(2), shape)
    const noise = (size: readonly number[]) => tf.zeros<tf.Rank.R4>([...size] as [number, number, number, number])
    const batch = { images: Float32Array.from(image), count: 1, noise }
    return {
      ...plain.computeGradient(batch, objective),
      output: plain.reconstruct(batch),
      image,
      gradient: plain.gradient.slice(),
    }
  }

  it('is the error and the weighted mean KL, which sigma takes to a value of the picture', async () => {
    for (const heads of ['relu', 'linear'] as const) {
      const spec: ModelSpec = { kind: 'vae', ...geometry, heads }
      for (const loss of ['mse', 'edge', 'sigma'] as const) {
        const { loss: found, mse, kl, output, image } = await run(spec, { loss, klWeight: 0.25 })
        const error = references[loss](Float64Array.from(output), image, shape)
        const wanted = error + 0.25 * kl * (loss === 'sigma' ? latentOfValue : 1)
        expect(Math.abs(found - wanted)).toBeLessThan(1e-5 * (Math.abs(error) + latentOfValue * kl))
        expect(kl).toBeGreaterThan(0)
        expect(mse).toBeCloseTo(meanSquare(output, image), 5)
      }
    }
  })

  it('counts what is above the free bits alone, and reports the whole KL', async () => {
    const spec: ModelSpec = { kind: 'vae', ...geometry, heads: 'linear' }
    const without = await run(spec, { loss: 'mse', klWeight: 0.5 })
    const withFloor = await run(spec, { loss: 'mse', klWeight: 0.5, freeBits: 0.4 })
    expect([withFloor.mse, withFloor.kl]).toEqual([without.mse, without.kl])
    expect(withFloor.loss).toBeGreaterThan(without.loss)
    expect(withFloor.gradient).not.toEqual(without.gradient)
    const allFree = await run(spec, { loss: 'mse', klWeight: 0.5, freeBits: 1e4 })
    const none = await run(spec, { loss: 'mse', klWeight: 0 })
    // Beside the floor itself nothing is left of the KL term.
    expect(allFree.loss).toBeCloseTo(allFree.mse + 0.5 * 1e4, 0)
    expect(allFree.gradient).toEqual(none.gradient)
  })

  it('linear heads have means and log variances of either sign, ReLU none', () => {
    for (const [heads, isNegative] of [
      ['relu', false],
      ['linear', true],
    ] as const) {
      const seen = new Map<string, boolean>()
      const model = createModel({ kind: 'vae', ...geometry, heads })
      const flat = new Float32Array(parameterCount(model.parameters))
      initialize(model.parameters, 1, flat)
      for (const { name, shape: dims, offset, size } of model.parameters)
        model.variables[name]!.assign(tf.tensor(flat.slice(offset, offset + size), [...dims]))
      const network = model.observed((layer, y) =>
        seen.set(
          layer,
          y.dataSync().some(value => value < 0),
        ),
      )
      tf.tidy(() => network.encode(tensorOf([pictures(new Random(3), shape)[0]], shape)).mean)
      expect([seen.get('enc_out_1.0'), seen.get('enc_out_2.0')]).toEqual([isNegative, isNegative])
      expect(seen.get('encoder.4')).toBe(false)
    }
  })
})

it('the references of KL agree where there is no floor', () => {
  const mu = [0.5, -1, 2]
  const logVar = [0, 1, -1]
  expect(freeBits(mu, logVar, 0)).toBeCloseTo(klDivergence(mu, logVar), 12)
})
