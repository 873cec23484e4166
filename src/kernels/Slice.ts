// Parts of a tensor: Slice, StridedSlice, SplitV and Unpack, in JavaScript on views of our memory. In place of tfjs-backend-wasm's, which
// copy the whole tensor out of memory for each part, take a slice beyond the end, and answer a strided one as float32 whatever it was.
import { backend_util, type KernelConfig, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'

/** Below this many values a loop is faster than a call of `set`. */
const shortRun = 32

/** Values at begin + i stride, i below size, along each axis; a tensor of shape `size`. */
function part(
  backend: EyesWasmBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  stride?: readonly number[],
): TensorInfo {
  const y = backend.output(size, x.dtype)
  if (util.sizeFromShape([...size]) === 0) return y
  const [from, to] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(y)]
  const rank = size.length
  const steps = [...util.computeStrides([...x.shape]), 1] // of each axis, in elements
  // Trailing axes that are taken whole, and the one before them, are one run of memory.
  let outer = rank
  let run = 1
  while (outer > 0 && (stride?.[outer - 1] ?? 1) === 1) {
    outer--
    run *= size[outer]!
    if (size[outer] !== x.shape[outer]) break
  }
  let at = begin.reduce((sum, first, axis) => sum + first * steps[axis]!, 0)
  const place = new Array<number>(outer).fill(0)
  for (let done = 0; done < to.length; done += run) {
    if (run < shortRun) for (let i = 0; i < run; i++) to[done + i] = from[at + i]!
    else to.set(from.subarray(at, at + run), done)
    for (let axis = outer - 1; axis >= 0; axis--) {
      const step = steps[axis]! * (stride?.[axis] ?? 1)
      at += step
      if (++place[axis]! < size[axis]!) break
      at -= step * size[axis]!
      place[axis] = 0
    }
  }
  return y
}

interface SliceAttrs {
  begin: number | number[]
  size: number | number[]
}

/** @throws Error when the part reaches beyond x */
function slice({ inputs: { x }, attrs, backend }: KernelCall<'x', SliceAttrs>): TensorInfo {
  const [begin, size] = slice_util.parseSliceParams(x, attrs.begin, attrs.size) as [number[], number[]]
  slice_util.assertParamsValid(x, begin, size)
  return part(backend, x, begin, size)
}

interface StridedAttrs {
  begin: number[]
  end: number[]
  strides: number[]
  beginMask: number
  endMask: number
  ellipsisMask: number
  newAxisMask: number
  shrinkAxisMask: number
}

function stridedSlice({ inputs: { x }, attrs, backend }: KernelCall<'x', StridedAttrs>): TensorInfo {
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const
  const info = slice_util.sliceInfo(x.shape, attrs.begin, attrs.end, attrs.strides, ...masks)
  const shape = info.finalShape
  if (info.isIdentity) {
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape, dtype: x.dtype }
  }
  // A part that ends before it begins is empty.
  const size = slice_util.computeOutShape(info.begin, info.end, info.strides).map(side => Math.max(0, side))
  return { ...part(backend, x, info.begin, size, info.strides), shape }
}

interface SplitAttrs {
  numOrSizeSplits: number | number[]
  axis: number
}

function splitV({ inputs: { x }, attrs, backend }: KernelCall<'x', SplitAttrs>): TensorInfo[] {
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!
  // Asked for by its type; it reads the shape alone.
  const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis)
  let begin = 0
  return sizes.map(size => {
    const one = part(backend, x, alongAxis(x, axis, begin, 0), alongAxis(x, axis, size))
    begin += size
    return one
  })
}

function unpack({ inputs: { value }, attrs, backend }: KernelCall<'value', { axis: number }>): TensorInfo[] {
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!
  const shape = value.shape.filter((_, i) => i !== axis)
  return Array.from({ length: value.shape[axis]! }, (_, i) => ({
    ...part(backend, value, alongAxis(value, axis, i, 0), alongAxis(value, axis, 1)),
    shape: [...shape],
  }))
}

/** `there` along one axis; along the others `elsewhere`, or else x's shape. */
const alongAxis = (x: TensorInfo, axis: number, there: number, elsewhere?: number): number[] =>
  x.shape.map((side, i) => (i === axis ? there : (elsewhere ?? side)))

export const sliceConfigs: readonly KernelConfig[] = [
  kernel('Slice', slice),
  kernel('SplitV', splitV),
  kernel('StridedSlice', stridedSlice),
  kernel('Unpack', unpack),
]
