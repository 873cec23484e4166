// The four models of other people, with their first weights and data. Plain data: what computes them is in peers/models/.
import { streams, uniforms } from '../src/random/philox.js'
import { model as dense } from './peers/models/dense.js'
import { model as lenet } from './peers/models/lenet.js'
import { model as mobilenet } from './peers/models/mobilenet.js'
import type { OtherModel, Parameter } from './peers/models/parts.js'
import { model as uNet } from './peers/models/u-net.js'

export const otherModels = { mobilenet, 'u-net': uNet, dense, lenet } as const
export type OtherName = keyof typeof otherModels
export const otherNames = Object.keys(otherModels) as OtherName[]

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1)

/** Inputs that an output is summed from. Factors and summands of single channels count as one. */
function fanIn({ name, shape }: Parameter): number {
  if (shape.length === 1) return 1
  return name.endsWith('depthwise.weight') ? shape[0]! * shape[1]! : sizeOf(shape.slice(0, -1))
}

/** Uniform values in [-1, 1). */
function signed(size: number, index: number): Float32Array {
  const values = new Float32Array(size)
  uniforms(0, streams.init, index, values)
  return values.map(value => 2 * value - 1)
}

/**
 * First weights, one flat vector in the order of `parameters`: filters and matrices as for ReLU (He et al. 2015), uniform; factors near 1,
 * biases and summands near 0, no two alike, so that one in a wrong place shows.
 */
export function firstWeights({ parameters }: OtherModel): Float32Array {
  const last = parameters.at(-1)!
  const weights = new Float32Array(last.offset + last.size)
  parameters.forEach((parameter, index) => {
    const { name, offset, size } = parameter
    const bound = name.endsWith('.weight') ? Math.sqrt(6 / fanIn(parameter)) : 0.1
    const middle = name.endsWith('.scale') ? 1 : 0
    weights.set(
      signed(size, index).map(value => middle + bound * value),
      offset,
    )
  })
  return weights
}

/** One batch: x uniform in [0, 1), y uniform over the classes. */
export function firstBatch({ batch, x, y, classes }: OtherModel): {
  x: Float32Array<ArrayBuffer>
  y: Int32Array<ArrayBuffer>
} {
  const drawn = (shape: readonly number[], index: number) => {
    const values = new Float32Array(batch * sizeOf(shape))
    uniforms(0, streams.noise, index, values)
    return values
  }
  return { x: drawn(x, 0), y: Int32Array.from(drawn(y, 1), value => Math.trunc(classes * value)) }
}
