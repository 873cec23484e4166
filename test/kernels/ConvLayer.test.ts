// One layer of the models as one op: values and the gradients of x, filter and bias, transposed or not, for every activation, against
// the float64 reference and, for the reference itself, against finite differences.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { convLayer, type ConvLayerOptions } from '../../src/kernels/ConvLayer.js'
import type { ConvKernel } from '../../src/kernels/winograd/plan.js'
import { type Convolution, conv2d, conv2dFilterGradient, conv2dInputGradient, outputSize } from '../reference/conv2d.js'
import { activate, activationBiasGrad } from '../reference/elementwise.js'
import { allowedErrors } from './conv-cases.js'
import { absolute, expectWithin, itRandom, type Random, sumBound, unitRoundoff, useBackend } from './harness.js'

useBackend()

type Numbers = ArrayLike<number>
type Shape4 = [number, number, number, number]

interface Layer extends ConvLayerOptions {
  readonly x: Shape4
  readonly filter: Shape4
  /** The forward convolution that the layer is, or, transposed, is the input gradient of. */
  readonly convolution: Convolution
  readonly y: Shape4
}

/** PyTorch's Conv2d or ConvTranspose2d on an image [7, 6]; the sizes of its geometry from PyTorch's documentation. */
function makeLayer(inChannels: number, outChannels: number, kernel: number, options: ConvLayerOptions): Layer {
  const { transposed, stride, padding } = options
  const x: Shape4 = [2, 7, 6, inChannels]
  const inverse = (size: number) => (size - 1) * stride - 2 * padding + kernel
  const convolution: Convolution = {
    batch: 2,
    height: transposed ? inverse(7) : 7,
    width: transposed ? inverse(6) : 6,
    inChannels: transposed ? outChannels : inChannels,
    outChannels: transposed ? inChannels : outChannels,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [1, 1],
    pad: [
      [padding, padding],
      [padding, padding],
    ],
  }
  const size = transposed ? [inverse(7), inverse(6)] : outputSize(convolution)
  const filter: Shape4 = [kernel, kernel, convolution.inChannels, convolution.outChannels]
  return { ...options, x, filter, convolution, y: [2, size[0]!, size[1]!, outChannels] }
}

/** The layer's output before its activation. */
function linear({ transposed, convolution }: Layer, x: Numbers, w: Numbers, bias: Numbers): Float64Array {
  return transposed ? conv2dInputGradient(x, w, convolution, bias) : conv2d(x, w, convolution, bias)
}

/** Gradients of sum(y * dy); y is given, so that a ReLU's zeros are the same on both sides. */
function gradients(
  { transposed, convolution, activation }: Layer,
  x: Numbers,
  w: Numbers,
  y: Numbers,
  dy: Numbers,
  channels: number,
) {
  const { dz, db } = activationBiasGrad(y, dy, channels, activation)
  return transposed
    ? { dx: conv2d(dz, w, convolution), dw: conv2dFilterGradient(dz, x, convolution), db }
    : { dx: conv2dInputGradient(dz, w, convolution), dw: conv2dFilterGradient(x, dz, convolution), db }
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

function draw(layer: Layer, random: Random) {
  return {
    x: random.floats(size(layer.x)),
    w: random.floats(size(layer.filter), 0.3),
    bias: random.floats(layer.y[3]),
    dy: random.floats(size(layer.y)),
  }
}

function allLayers(): Layer[] {
  const geometries = [
    [3, 1, 1],
    [5, 1, 2],
    [4, 2, 2],
    [6, 2, 3],
    [3, 2, 0],
    [1, 1, 0],
    [2, 3, 1],
  ] as const
  return [false, true].flatMap(transposed =>
    (['linear', 'relu', 'tanh'] as const).flatMap(activation =>
      geometries.flatMap(([kernel, stride, padding]) =>
        [
          [3, 12],
          [5, 2],
          [8, 7],
        ].map(([c, oc]) => makeLayer(c!, oc!, kernel, { transposed, stride, padding, activation })),
      ),
    ),
  )
}

const describeLayer = (l: Layer) =>
  `${l.transposed ? 'transposed ' : ''}${l.activation} [${l.x.join(', ')}] to [${l.y.join(', ')}], kernel ${l.filter[0]}, ` +
  `stride ${l.stride}, padding ${l.padding}`

describe('ConvLayer', () => {
  itRandom('has the value and gradients of the reference', random => {
    const layers = allLayers()
    expect(layers).toHaveLength(2 * 3 * 7 * 3)
    for (const layer of layers) {
      tf.tidy(() => {
        const { x, w, bias, dy } = draw(layer, random)
        const what = describeLayer(layer)
        const inputs: [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D] = [
          tf.tensor4d(x, layer.x),
          tf.tensor4d(w, layer.filter),
          tf.tensor1d(bias),
        ]
        const run = (...[a, f, b]: tf.Tensor[]) =>
          convLayer(a as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, layer)
        const y = run(...inputs)
        expect(y.shape).toEqual(layer.y)
        const exact = linear(layer, x, w, bias)
        const magnitude = linear(layer, absolute(x), absolute(w), absolute(bias))
        const { convolution, transposed } = layer
        const [forward, backward] = transposed
          ? (['Conv2DBackpropInput', 'Conv2D'] as const)
          : (['Conv2D', 'Conv2DBackpropInput'] as const)
        // No activation is steeper than 1; tanh itself is within 2.5e-7, under 5 u, of a value below its argument.
        const ofSum = allowedErrors(forward, convolution, { of: [x, w], magnitude, moreTerms: 1 })
        const ofY = ofSum.map((error, i) => error + 5 * unitRoundoff * magnitude[i]!)
        expectWithin(y.dataSync(), activate(exact, layer.activation), 1, ofY, what)

        const [dx, dw, db] = tf.grads(run)(inputs, tf.tensor4d(dy, layer.y))
        const wanted = gradients(layer, x, w, y.dataSync(), dy, layer.y[3])
        // Magnitudes: the same sums of absolute values with slope 1, which bounds every activation's.
        const sums = gradients(
          { ...layer, activation: 'linear' },
          absolute(x),
          absolute(w),
          dy,
          absolute(dy),
          layer.y[3],
        )
        const slope = 3 * unitRoundoff
        const allowed = (kernel: ConvKernel, of: [Numbers, Numbers], magnitude: Float64Array) =>
          allowedErrors(kernel, convolution, { of, magnitude }).map((error, i) => error + slope * magnitude[i]!)
        const ofDw: [Numbers, Numbers] = transposed ? [dy, x] : [x, dy]
        const pixels = layer.y[1] * layer.y[2] * 2
        expectWithin(dx!.dataSync(), wanted.dx, 1, allowed(backward, [dy, w], sums.dx), `dx of ${what}`)
        expectWithin(dw!.dataSync(), wanted.dw, 1, allowed('Conv2DBackpropFilter', ofDw, sums.dw), `dw of ${what}`)
        expectWithin(db!.dataSync(), wanted.db, sumBound(pixels) + slope, sums.db, `db of ${what}`)
      })
    }
  })

  itRandom('the reference gradients are those of finite differences', random => {
    const step = 1e-6
    for (const layer of allLayers().filter(l => l.x[3] === 5)) {
      const { x, w, bias, dy } = draw(layer, random)
      const arrays = { dx: Float64Array.from(x), dw: Float64Array.from(w), db: Float64Array.from(bias) }
      const objective = () =>
        activate(linear(layer, arrays.dx, arrays.dw, arrays.db), layer.activation).reduce(
          (sum, y, i) => sum + y * dy[i]!,
          0,
        )
      const y = activate(linear(layer, arrays.dx, arrays.dw, arrays.db), layer.activation)
      const wanted = gradients(layer, arrays.dx, arrays.dw, y, dy, layer.y[3])
      for (const name of ['dx', 'dw', 'db'] as const) {
        const values = arrays[name]
        for (let k = 0; k < 6; k++) {
          const i = Math.floor(random.next() * values.length)
          const value = values[i]!
          values[i] = value + step
          const above = objective()
          values[i] = value - step
          const difference = (above - objective()) / (2 * step)
          values[i] = value
          // Rounding of the objective (about 1e-14) over the step, and the third derivative times the step squared.
          expect(Math.abs(difference - wanted[name][i]!), `${name} of ${describeLayer(layer)}`).toBeLessThan(1e-6)
        }
      }
    }
  })

  itRandom('keeps one entry a layer on the tape: gradients of two layers in a row', random => {
    const first = makeLayer(3, 4, 3, { transposed: false, stride: 1, padding: 1, activation: 'relu' })
    const second = makeLayer(4, 3, 3, { transposed: true, stride: 1, padding: 1, activation: 'tanh' })
    const [a, b] = [draw(first, random), draw(second, random)]
    const tensors: tf.Tensor[] = [tf.tensor4d(a.x, first.x), tf.tensor4d(a.w, first.filter), tf.tensor1d(a.bias)]
    const run = (...[x, w, bias]: tf.Tensor[]) => {
      const h = convLayer(x as tf.Tensor4D, w as tf.Tensor4D, bias as tf.Tensor1D, first)
      return convLayer(h, tf.tensor4d(b.w, second.filter), tf.tensor1d(b.bias), second)
    }
    const [dx, dw, db] = tf.grads(run)(tensors, tf.tensor4d(b.dy, second.y))
    const h = activate(linear(first, a.x, a.w, a.bias), 'relu')
    const y = activate(linear(second, h, b.w, b.bias), 'tanh')
    const dh = gradients(second, h, b.w, y, b.dy, 3).dx
    const wanted = gradients(first, a.x, a.w, h, dh, 4)
    const sums = gradients({ ...first, activation: 'linear' }, absolute(a.x), absolute(a.w), h, absolute(dh), 4)
    // Two layers' errors add up, and pass through each other's sums of 27 to 36 products below 1: ten times one layer's.
    const bound = 10 * sumBound(2 * 7 * 6)
    expectWithin(dx!.dataSync(), wanted.dx, bound, sums.dx, 'dx')
    expectWithin(dw!.dataSync(), wanted.dw, bound, sums.dw, 'dw')
    expectWithin(db!.dataSync(), wanted.db, bound, sums.db, 'db')
  })
})
