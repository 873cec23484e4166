// The models of the tfjs-layers tests, as small as they can be and still have every layer of their kind, and generated data for each.
// Initial weights are seeded; not here: how they are trained (harness.ts).
import type { layers, Optimizer } from '@tensorflow/tfjs'
import { Random } from '../kernels/harness.js'
import { tf, type Task } from './harness.js'

const glorot = (seed: number) => tf.initializers.glorotUniform({ seed })

const side = 12
const classes = 3

/** Pictures [N, 12, 12, 1] of a bar across, a bar down or a square at random places, over noise, and their classes [N, 3], one-hot. */
export function drawnShapes(count: number, seed = 1) {
  const random = new Random(seed)
  const pixels = random.floats(count * side * side, 0.2)
  const labels = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const shape = (labels[i] = Math.floor(random.next() * classes))
    const [height, width] = [[2, 8], [8, 2], [5, 5]][shape]! as [number, number] // prettier-ignore
    const top = Math.floor(random.next() * (side - height))
    const left = Math.floor(random.next() * (side - width))
    for (let y = top; y < top + height; y++)
      pixels.fill(1, (i * side + y) * side + left, (i * side + y) * side + left + width)
  }
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat())
  return { x: tf.tensor4d(pixels, [count, side, side, 1]), y }
}

type Conv2DArgs = Parameters<typeof layers.conv2d>[0]
const same = (filters: number, seed: number, more: Partial<Conv2DArgs> = {}): Conv2DArgs => ({
  filters,
  kernelSize: 3,
  padding: 'same',
  kernelInitializer: glorot(seed),
  ...more,
})

/** A convolutional classifier with pooling and dropout. */
export function classifier(optimizer: Optimizer = tf.train.momentum(0.1, 0.9), count = 48): Task {
  const model = tf.sequential()
  model.add(tf.layers.conv2d({ inputShape: [side, side, 1], ...same(4, 1, { activation: 'relu' }) }))
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }))
  model.add(tf.layers.conv2d(same(8, 2, { activation: 'relu', padding: 'valid' })))
  model.add(tf.layers.averagePooling2d({ poolSize: 2 }))
  model.add(tf.layers.flatten())
  model.add(tf.layers.dropout({ rate: 0.2, seed: 5 }))
  model.add(tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: glorot(3) }))
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return { model, ...drawnShapes(count) }
}

/** A classifier of depthwise separable convolutions, as mobile networks have them. */
export function separable(count = 32): Task {
  const model = tf.sequential()
  const kernels = { depthwiseInitializer: glorot(2), pointwiseInitializer: glorot(3) }
  model.add(tf.layers.conv2d({ inputShape: [side, side, 1], ...same(4, 1, { strides: 2, activation: 'relu6' }) }))
  model.add(tf.layers.separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu6', ...kernels }))
  model.add(tf.layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', depthwiseInitializer: glorot(4) }))
  model.add(tf.layers.globalAveragePooling2d({}))
  model.add(tf.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: glorot(5) }))
  model.compile({ optimizer: tf.train.adam(0.03), loss: 'categoricalCrossentropy' })
  return { model, ...drawnShapes(count) }
}

/** Pictures [N, 16, 16, 1] of a filled circle over noise, and its mask of the same shape. */
function circles(count: number) {
  const size = 16
  const random = new Random(2)
  const pixels = random.floats(count * size * size, 0.4)
  const masks = new Float32Array(pixels.length)
  for (let i = 0; i < count; i++) {
    const [cx, cy, radius] = [5 + 6 * random.next(), 5 + 6 * random.next(), 3 + 2 * random.next()]
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < radius ** 2) {
          masks[(i * size + y) * size + x] = 1
          pixels[(i * size + y) * size + x]! += 0.8
        }
      }
    }
  }
  const shape: [number, number, number, number] = [count, size, size, 1]
  return { x: tf.tensor4d(pixels, shape), y: tf.tensor4d(masks, shape) }
}

/** An encoder and a decoder with skip connections, batch normalisation, a transposed convolution and upsampling. */
export function unet(interpolation: 'nearest' | 'bilinear', count = 8): Task {
  let seed = 0
  const block = (x: ReturnType<typeof tf.input>, filters: number) => {
    const y = tf.layers.conv2d(same(filters, ++seed, { useBias: false })).apply(x)
    return tf.layers.reLU().apply(tf.layers.batchNormalization({ momentum: 0.9 }).apply(y)) as typeof x
  }
  const join = (a: ReturnType<typeof tf.input>, b: unknown) =>
    tf.layers.concatenate().apply([a, b as typeof a]) as typeof a
  const input = tf.input({ shape: [16, 16, 1] })
  const high = block(input, 4)
  const middle = block(tf.layers.maxPooling2d({ poolSize: 2 }).apply(high) as typeof input, 6)
  const low = block(tf.layers.maxPooling2d({ poolSize: 2 }).apply(middle) as typeof input, 8)
  const risen = tf.layers.conv2dTranspose(same(6, ++seed, { strides: 2 })).apply(low)
  const up = block(join(middle, risen), 6)
  const top = block(join(high, tf.layers.upSampling2d({ size: [2, 2], interpolation }).apply(up)), 4)
  const output = tf.layers.conv2d(same(1, ++seed, { kernelSize: 1, activation: 'sigmoid' })).apply(top) as typeof input
  const model = tf.model({ inputs: input, outputs: output })
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy' })
  return { model, ...circles(count) }
}

const words = 40
const textLength = 10

/** Texts [N, 10] of word numbers, and whether words of the upper half come more often [N, 1]; word 0 fills up the end. */
function texts(count: number) {
  const random = new Random(3)
  const numbers = new Float32Array(count * textLength)
  const labels = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const isHigh = random.next() < 0.5
    labels[i] = Number(isHigh)
    const length = 5 + Math.floor(random.next() * (textLength - 4))
    for (let j = 0; j < length; j++) {
      const upper = random.next() < (isHigh ? 0.8 : 0.2)
      numbers[i * textLength + j] = 1 + Math.floor(random.next() * 19) + (upper ? 20 : 0)
    }
  }
  return { x: tf.tensor2d(numbers, [count, textLength]), y: tf.tensor2d(labels, [count, 1]) }
}

const bySequence = {
  lstm: () => tf.layers.lstm({ units: 6, kernelInitializer: glorot(2), recurrentInitializer: glorot(3) }),
  gru: () => tf.layers.gru({ units: 6, kernelInitializer: glorot(2), recurrentInitializer: glorot(3) }),
  pooling: () => tf.layers.globalAveragePooling1d(),
}

export type TextKind = keyof typeof bySequence

/** Embeddings, then a recurrent layer over them (with a mask of the filling) or their mean; Adam. */
export function text(kind: TextKind, count = 48): Task {
  const model = tf.sequential()
  const uniform = tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: 1 })
  const maskZero = kind !== 'pooling'
  const size = { inputDim: words, outputDim: 8, inputLength: textLength }
  model.add(tf.layers.embedding({ ...size, maskZero, embeddingsInitializer: uniform }))
  model.add(bySequence[kind]())
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer: glorot(4) }))
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'binaryCrossentropy', metrics: ['accuracy'] })
  return { model, ...texts(count) }
}
