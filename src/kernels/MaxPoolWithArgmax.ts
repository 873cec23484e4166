// Maximum of each window and where it is. Values by assembly/MaxPool.ts, places in JavaScript on a view of our memory. In place of
// tfjs-backend-wasm's, whose maxima start from the least positive number: wrong where all of a window is negative.
import type { MaxPoolWithArgmaxAttrs, TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import type { ConvInfo } from './geometry.js'
import { maxPool } from './MaxPool.js'
import { poolInfo } from './windows.js'

/** Index of the first largest value of each window in its image, [N, OH, OW, C] int32, `inBatch` in the whole batch; -1 of no number. */
function places(backend: EyesWasmBackend, x: TensorInfo, info: ConvInfo, inBatch: boolean): TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info
  const indexes = backend.output(info.outShape, 'int32')
  const [values, out] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(indexes)]
  let to = 0
  for (let n = 0; n < batchSize; n++) {
    const image = n * inHeight * inWidth * channels
    for (let i = 0; i < outHeight; i++) {
      const top = i * info.strideHeight - padInfo.top
      const bottom = Math.min(inHeight, top + info.filterHeight)
      for (let j = 0; j < outWidth; j++) {
        const left = j * info.strideWidth - padInfo.left
        const right = Math.min(inWidth, left + info.filterWidth)
        for (let c = 0; c < channels; c++, to++) {
          let [best, where] = [-Infinity, -1]
          for (let y = Math.max(0, top); y < bottom; y++)
            for (let x = Math.max(0, left); x < right; x++) {
              const at = (y * inWidth + x) * channels + c
              if (values[image + at]! > best) [best, where] = [values[image + at]!, at]
            }
          out[to] = inBatch && where >= 0 ? image + where : where
        }
      }
    }
  }
  return indexes
}

/** [y, places] of x [N, H, W, C]: y [N, OH, OW, C] of x's type, places of int32. */
function maxPoolWithArgmax(call: KernelCall<'x', MaxPoolWithArgmaxAttrs>): TensorInfo[] {
  const { inputs, attrs, backend } = call
  const { shape } = inputs.x
  if (shape.length !== 4)
    // tfjs's op does not look
    throw new Error(
      `MaxPoolWithArgmax: x is [${shape.join(', ')}], wanted [N, H, W, C]. Add an axis of 1, or reshape it.`,
    )
  const info = poolInfo('MaxPoolWithArgmax', shape, attrs)
  return [maxPool(call), places(backend, inputs.x, info, attrs.includeBatchInIndex)]
}

export const maxPoolWithArgmaxConfig = kernel('MaxPoolWithArgmax', maxPoolWithArgmax)
