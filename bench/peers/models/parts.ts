// What the four models of other people (dense.ts, lenet.ts, mobilenet.ts, u-net.ts) are made of, in tfjs ops that any backend has.
// Bundled into each of them, which a ParallelTrainer imports by URL: so no import of tfjs but its types, and none of src/.
import type * as tfjs from '@tensorflow/tfjs-core'

/** tfjs, whichever copy and backend. */
export type Tf = typeof tfjs

/** A variable and where it lies in the flat vector of first weights. tfjs's layouts: [KH, KW, C, OC], [KH, KW, C, M], [in, out]. */
export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
  readonly size: number
}

/** A model as bench/other-models.ts lists it. */
export interface OtherModel {
  readonly parameters: readonly Parameter[]
  /** Images of a step. */
  readonly batch: number
  /** Shapes of one example: float32 x, 0 to 1, and int32 y, 0 to `classes` - 1. */
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly classes: number
}

/** What a model's `setup` needs: the first weights, by `parameters`. */
export interface Settings {
  readonly weights: Float32Array
}

export interface Batch {
  readonly x: tfjs.Tensor
  readonly y: tfjs.Tensor
}

export type Variables = Readonly<Record<string, tfjs.Variable>>

/** Parameters one after the other, in the order of their names and shapes. */
export function inOrder(shapes: Readonly<Record<string, readonly number[]>>): Parameter[] {
  let offset = 0
  return Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1)
    offset += size
    return { name, shape, offset: offset - size, size }
  })
}

/** A filter of `shape`, and the batch normalisation of its outputs. */
export const normalized = (name: string, shape: readonly number[], channels: number) => ({
  [`${name}.weight`]: shape,
  [`${name}.scale`]: [channels],
  [`${name}.offset`]: [channels],
})

/** A filter or matrix of `shape`, and a bias of its outputs. */
export const biased = (name: string, shape: readonly number[]) => ({
  [`${name}.weight`]: shape,
  [`${name}.bias`]: [shape.at(-1)!],
})

export function createVariables(tf: Tf, parameters: readonly Parameter[], { weights }: Settings): Variables {
  return Object.fromEntries(
    parameters.map(({ name, shape, offset, size }) => {
      const value = tf.tensor(weights.slice(offset, offset + size), [...shape])
      const variable = tf.variable(value, true, name)
      value.dispose()
      return [name, variable]
    }),
  )
}

/** x [N, in] times a matrix [in, out], plus a bias. */
export const dense = (tf: Tf, v: Variables, name: string, x: tfjs.Tensor): tfjs.Tensor2D =>
  tf.add(tf.matMul<tfjs.Tensor2D>(x, v[`${name}.weight`]!), v[`${name}.bias`]!)

/** x [N, H, W, C] with `padding` zeros around, plus a bias. */
export function convolve(tf: Tf, v: Variables, name: string, x: tfjs.Tensor4D, padding: number): tfjs.Tensor4D {
  const filter = v[`${name}.weight`] as unknown as tfjs.Tensor4D
  return tf.add(tf.conv2d(x, filter, 1, padding, 'NHWC', 1, 'floor'), v[`${name}.bias`]!)
}

/** Least variance that batch normalisation divides by, as in PyTorch. */
const epsilon = 1e-5

/**
 * Batch normalisation by the batch's own moments (Ioffe and Szegedy 2015), as in training. Moving statistics, which only inference needs,
 * are not kept, by no contender.
 */
export function batchNorm(tf: Tf, v: Variables, name: string, x: tfjs.Tensor4D): tfjs.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const [offset, scale] = [v[`${name}.offset`], v[`${name}.scale`]] as unknown as tfjs.Tensor1D[]
  return tf.batchNorm4d(x, mean as tfjs.Tensor1D, variance as tfjs.Tensor1D, offset, scale, epsilon)
}

/** Mean cross-entropy of logits [N, classes] against y [N]. */
export const crossEntropy = (tf: Tf, logits: tfjs.Tensor2D, y: tfjs.Tensor): tfjs.Scalar =>
  tf.losses.softmaxCrossEntropy(tf.oneHot(y as tfjs.Tensor1D, logits.shape[1]), logits)
