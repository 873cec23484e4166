// Grey dilation, the maximum of x + filter in each window, and its gradients, in JavaScript on views of our memory. In place of
// tfjs-backend-wasm's, whose maxima start from the least positive number: wrong where all sums of a window are negative.
import { backend_util, type Dilation2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { checkOutput } from './geometry.js'

type Numbers = ArrayLike<number>
type Shape3 = [number, number, number]
type Shape4 = [number, number, number, number]

/** For each output, in order, its largest sum and where its first such terms stand in x and in the filter; -1 in a window of no number. */
type Visit = (out: number, sum: number, inX: number, inFilter: number) => void

function infoOf(name: string, x: TensorInfo, filter: TensorInfo, { strides, pad, dilations }: Dilation2DAttrs) {
  const info = backend_util.computeDilation2DInfo(
    x.shape as Shape4,
    filter.shape as Shape3,
    strides,
    pad,
    'NHWC',
    dilations,
  )
  return checkOutput(name, info)
}

function forEachMaximum(info: ReturnType<typeof infoOf>, x: Numbers, filter: Numbers, visit: Visit): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, filterHeight, filterWidth } = info
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info
  let out = 0
  for (let n = 0; n < batchSize; n++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++)
        for (let c = 0; c < channels; c++, out++) {
          let [best, inX, inFilter] = [-Infinity, -1, -1]
          for (let ky = 0; ky < filterHeight; ky++) {
            const y = i * strideHeight - padInfo.top + ky * dilationHeight
            if (y < 0 || y >= inHeight) continue
            for (let kx = 0; kx < filterWidth; kx++) {
              const column = j * strideWidth - padInfo.left + kx * dilationWidth
              if (column < 0 || column >= inWidth) continue
              const p = ((n * inHeight + y) * inWidth + column) * channels + c
              const q = (ky * filterWidth + kx) * channels + c
              const sum = x[p]! + filter[q]!
              if (sum > best) [best, inX, inFilter] = [sum, p, q]
            }
          }
          visit(out, best, inX, inFilter)
        }
}

/** y [N, OH, OW, C] of x [N, H, W, C] and filter [KH, KW, C], of x's type; -Infinity of a window that lies in the padding. */
function dilation2D({
  inputs: { x, filter },
  attrs,
  backend,
}: KernelCall<'x' | 'filter', Dilation2DAttrs>): TensorInfo {
  const info = infoOf('Dilation2D', x, filter, attrs)
  const y = backend.output(info.outShape, x.dtype)
  const values = backend.typedArrayFromHeap(y)
  forEachMaximum(
    info,
    backend.typedArrayFromHeap(x),
    backend.typedArrayFromHeap(filter),
    (out, sum) => (values[out] = sum),
  )
  return y
}

/** dy goes to the first largest term of each window: in x, or in the filter. */
function gradient(name: string, of: 'x' | 'filter') {
  return ({ inputs, attrs, backend }: KernelCall<'x' | 'filter' | 'dy', Dilation2DAttrs>): TensorInfo => {
    const { x, filter, dy } = inputs
    const info = infoOf(name, x, filter, attrs)
    const result = backend.output(inputs[of].shape)
    const [gradients, sums] = [backend.floats(dy), backend.floats(result).fill(0)]
    forEachMaximum(info, backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(filter), (out, _, inX, inFilter) => {
      const at = of === 'x' ? inX : inFilter
      if (at >= 0) sums[at]! += gradients[out]!
    })
    return result
  }
}

export const dilation2DConfigs = [
  kernel('Dilation2D', dilation2D),
  kernel('Dilation2DBackpropInput', gradient('Dilation2DBackpropInput', 'x')),
  kernel('Dilation2DBackpropFilter', gradient('Dilation2DBackpropFilter', 'filter')),
]
