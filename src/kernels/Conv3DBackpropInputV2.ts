// Gradient of a convolution of volumes with respect to its input, and the forward pass of conv3dTranspose, in plain JavaScript on views of our
// memory. In place of tfjs-backend-wasm's, which leaves most of it 0. No dilation: tfjs's gradient of a dilated conv3d is an error, before
// it gets here.
import { backend_util, type Conv3DBackpropInputV2Attrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'
import { checkGradient, checkVolume, forEachTerm, type Shape5 } from './volumes.js'

const name = 'Conv3DBackpropInputV2'

/** dx [N, D, H, W, C] of dy [N, OD, OH, OW, OC] and filter [KD, KH, KW, C, OC]; sums in float64. */
function conv3DBackpropInput({
  inputs: { dy, filter },
  attrs: { strides, pad, inputShape },
  backend,
}: KernelCall<'dy' | 'filter', Conv3DBackpropInputV2Attrs>): TensorInfo {
  const info = checkVolume(name, backend_util.computeConv3DInfo(inputShape, filter.shape as Shape5, strides, 1, pad))
  checkGradient(name, info, dy.shape)
  const { inChannels, outChannels } = info
  const dx = backend.output(inputShape)
  const [gradients, weights] = [backend.floats(dy), backend.floats(filter)]
  const sums = new Float64Array(util.sizeFromShape(inputShape))
  forEachTerm(info, (out, tap, place) => {
    let weight = tap * inChannels * outChannels
    for (let c = 0; c < inChannels; c++) {
      let sum = 0
      for (let o = 0; o < outChannels; o++, weight++) sum += gradients[out * outChannels + o]! * weights[weight]!
      sums[place * inChannels + c]! += sum
    }
  })
  backend.floats(dx).set(sums)
  return dx
}

export const conv3DBackpropInputV2Config = kernel(name, conv3DBackpropInput)
