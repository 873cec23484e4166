// Elementwise arithmetic of two tensors with broadcasting, in place of tfjs-backend-wasm's, which has no vectors and computes an index for
// each element that is broadcast. float32 runs in WASM (assembly/Binary.ts); other types are
// theirs. So is Prelu, whose alpha theirs takes for one a channel, whatever its shape. Not here: powers, remainders, comparisons.
import { broadcast_util, type KernelConfig, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { castTo } from './Cast.js'
import { delegate, delegatingKernel } from './delegate.js'

/** tfjs's kernels of a and b, in the order of the codes in assembly/Binary.ts. */
const operations = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'] as const
const preluCode = 7

/** One loop over both tensors: how often, and how many bytes each goes on (0 where it is broadcast). */
type Loop = readonly [size: number, aStride: number, bStride: number]

/** The loops, outermost first, in which an element of the broadcast `shape` follows the other; axes that behave alike are one loop. */
export function broadcastLoops(a: readonly number[], b: readonly number[], shape: readonly number[]): Loop[] {
  const loops: Loop[] = []
  let [aStride, bStride] = [4, 4]
  for (let back = 1; back <= shape.length; back++) {
    const size = shape.at(-back)!
    if (size === 1) continue
    const [hasA, hasB] = [(a.at(-back) ?? 1) === size, (b.at(-back) ?? 1) === size]
    const inner = loops[0]
    // Strides of one axis are 0 together or not: neighbours with the same ones missing are one loop.
    if (inner && (inner[1] !== 0) === hasA && (inner[2] !== 0) === hasB)
      loops[0] = [inner[0] * size, inner[1], inner[2]]
    else loops.unshift([size, hasA ? aStride : 0, hasB ? bStride : 0])
    if (hasA) aStride *= size
    if (hasB) bStride *= size
  }
  return loops.length > 0 ? loops : [[1, 4, 4]]
}

/** y of a and b, float32, broadcast over each other. @throws Error for shapes that do not */
function binary(backend: EyesWasmBackend, operation: number, a: TensorInfo, b: TensorInfo): TensorInfo {
  const y = backend.output(broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape))
  const size = util.sizeFromShape(y.shape)
  const [atA, atB, atY] = [backend.address(a), backend.address(b), backend.address(y)]
  if (operations[operation] === 'Add' && util.arraysEqual(a.shape, b.shape)) {
    backend.kernels.add(atA, atB, atY, size)
  } else if (size > 0) {
    const loops = broadcastLoops(a.shape, b.shape, y.shape)
    const scratch = backend.scratch(backend.kernels.binaryScratch())
    backend.kernels.binary(atA, atB, atY, operation, backend.record(loops.flat()), loops.length, scratch)
  }
  return y
}

function configOf(name: (typeof operations)[number], operation: number): KernelConfig {
  const compute = ({ inputs, backend }: KernelCall<'a' | 'b'>): TensorInfo => {
    const { a, b } = inputs
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return delegate(backend, name, inputs)
    return binary(backend, operation, a, b)
  }
  return delegatingKernel(name, compute)
}

/** x where it is not below 0, alpha x where it is; float32, alpha of any shape that broadcasts (He et al., ICCV 2015). */
export function prelu(backend: EyesWasmBackend, x: TensorInfo, alpha: TensorInfo): TensorInfo {
  const [a, b] = [castTo(backend, x, 'float32'), castTo(backend, alpha, 'float32')]
  const y = binary(backend, preluCode, a, b)
  for (const { dataId } of [a, b]) backend.disposeData(dataId)
  return y
}

const preluConfig = kernel('Prelu', ({ inputs: { x, alpha }, backend }: KernelCall<'x' | 'alpha'>) =>
  prelu(backend, x, alpha),
)

export const binaryConfigs: readonly KernelConfig[] = [...operations.map(configOf), preluConfig]
