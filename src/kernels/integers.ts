// Division, remainder and power of int32, in JavaScript on views of our memory: tfjs-backend-wasm's end the call in a trap where they divide by
// 0, or give the smallest integer. tfjs's cpu backend has 0 for what is no number there, and so have these. With broadcasting; float32
// results of FloorDiv become int32, as on cpu and webgl.
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Compute, EyesWasmBackend } from './backend.js'
import { replaced } from './Cast.js'

/** a to the power b, modulo 2^32: exact, by squaring. A power below 0 is a fraction, which int32 cuts off. */
function power(a: number, b: number): number {
  if (b < 0) return a === 1 ? 1 : a === -1 ? (b % 2 === 0 ? 1 : -1) : 0
  let result = 1
  for (let factor = a; b > 0; b = Math.floor(b / 2)) {
    if (b % 2 === 1) result = Math.imul(result, factor)
    factor = Math.imul(factor, factor)
  }
  return result
}

/** The remainder with the sign of the divisor, 0 for the divisor 0. */
function modulo(a: number, b: number): number {
  const rest = a % b
  return b === 0 ? 0 : rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

/** Results are cut to int32 where they are stored, which makes 0 of an infinity. */
const operations: Readonly<Partial<Record<string, (a: number, b: number) => number>>> = {
  FloorDiv: (a, b) => Math.floor(a / b),
  Mod: modulo,
  Pow: power,
  RealDiv: (a, b) => a / b,
}

/** For each axis of `shape` the stride of a tensor of the shape `own` that is broadcast to it, in elements. */
function strides(own: readonly number[], shape: readonly number[]): number[] {
  const result = shape.map(() => 0)
  for (let back = 1, stride = 1; back <= own.length; stride *= own.at(-back)!, back++)
    if (own.at(-back) !== 1) result[shape.length - back] = stride
  return result
}

function integers(
  backend: EyesWasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  of: (a: number, b: number) => number,
): TensorInfo {
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape)
  const y = backend.output(shape, 'int32')
  const [va, vb, vy] = [a, b, y].map(t => backend.typedArrayFromHeap(t)) as [Int32Array, Int32Array, Int32Array]
  const [inA, inB] = [strides(a.shape, shape), strides(b.shape, shape)]
  const place = shape.map(() => 0)
  let [p, q] = [0, 0]
  for (let i = 0; i < vy.length; i++) {
    vy[i] = of(va[p]!, vb[q]!)
    // On by one place: the last axis first, an axis that is through begins anew.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      p += inA[axis]!
      q += inB[axis]!
      if (++place[axis]! < shape[axis]!) break
      p -= inA[axis]! * shape[axis]!
      q -= inB[axis]! * shape[axis]!
      place[axis] = 0
    }
  }
  return y
}

/** The kernel `name` with integers as above; of most names, the kernel as it is. */
export function integerArithmetic(name: string, compute: Compute): Compute {
  const of = operations[name]
  if (!of) return compute
  return call => {
    const { backend } = call
    const { a, b } = call.inputs as Record<'a' | 'b', TensorInfo>
    if (a.dtype === 'int32' && b.dtype === 'int32') return integers(backend, a, b, of)
    const y = compute(call)
    return name === 'FloorDiv' ? replaced(backend, y as TensorInfo, 'int32') : y
  }
}
