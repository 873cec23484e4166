// Gradient of a convolution of volumes with respect to its filter, in plain JavaScript on views of our memory. In place of
// tfjs-backend-wasm's, which is wrong for strides above 1. No dilation: tfjs's gradient of a dilated conv3d is an error, before it gets here.
import { backend_util, type Conv3DBackpropFilterV2Attrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { checkGradient, checkVolume, forEachTerm, type Shape5 } from './volumes.js'

const name = 'Conv3DBackpropFilterV2'

/** dw [KD, KH, KW, C, OC] of x [N, D, H, W, C] and dy [N, OD, OH, OW, OC]; sums in float64. */
function conv3DBackpropFilter({
  inputs: { x, dy },
  attrs: { strides, pad, filterShape },
  backend,
}: KernelCall<'x' | 'dy', Conv3DBackpropFilterV2Attrs>): TensorInfo {
  const info = checkVolume(name, backend_util.computeConv3DInfo(x.shape as Shape5, filterShape, strides, 1, pad))
  checkGradient(name, info, dy.shape)
  const { inChannels, outChannels } = info
  const dw = backend.output(filterShape)
  const [values, gradients] = [backend.floats(x), backend.floats(dy)]
  const sums = new Float64Array(util.sizeFromShape(filterShape))
  forEachTerm(info, (out, tap, place) => {
    let weight = tap * inChannels * outChannels
    for (let c = 0; c < inChannels; c++) {
      const value = values[place * inChannels + c]!
      for (let o = 0; o < outChannels; o++, weight++) sums[weight]! += value * gradients[out * outChannels + o]!
    }
  })
  backend.floats(dw).set(sums)
  return dw
}

export const conv3DBackpropFilterV2Config = kernel(name, conv3DBackpropFilter)
