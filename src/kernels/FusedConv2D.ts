// tfjs's fused convolution, bias and activation. A bias per channel with ReLU or no activation, channels last, runs in one pass
// (assembly/Conv2D.ts); everything else is a convolution of ours followed by tfjs-backend-wasm's elementwise kernels. Its own
// FusedConv2D is never used: it knows no NCHW and no bias but [OC].
import { backend_util, type FusedConv2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { type EyesWasmBackend, kernel, type KernelCall } from './backend.js'
import { prelu } from './Binary.js'
import { conv2D, convolve } from './Conv2D.js'
import { delegate } from './delegate.js'
import { checkOutput } from './geometry.js'

type Shape4 = [number, number, number, number]

/** What tfjs's fused convolutions have beside x and filter. */
export interface FusedOptionalInputs {
  bias?: TensorInfo
  preluActivationWeights?: TensorInfo
}

const elementwise: Readonly<Partial<Record<string, string>>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
}

function fusedConv2D(call: KernelCall<'x' | 'filter', FusedConv2DAttrs>): TensorInfo {
  const { inputs, attrs, backend } = call
  const { bias, preluActivationWeights } = inputs as FusedOptionalInputs
  const { activation, dataFormat } = attrs
  const perChannel = !bias || (bias.shape.length === 1 && bias.shape[0] === inputs.filter.shape[3])
  if (dataFormat === 'NHWC' && perChannel && (activation === 'linear' || activation === 'relu')) {
    const info = backend_util.computeConv2DInfo(
      inputs.x.shape as Shape4,
      inputs.filter.shape as Shape4,
      attrs.strides,
      attrs.dilations,
      attrs.pad,
      attrs.dimRoundingMode,
    )
    return convolve(backend, checkOutput('FusedConv2D', info), inputs.x, inputs.filter, bias, activation)
  }
  const z = conv2D(call)
  if (!bias) return activate('FusedConv2D', backend, z, attrs, preluActivationWeights)
  const biased = delegate(backend, 'Add', { a: z, b: alongChannels(bias, dataFormat) })
  backend.disposeData(z.dataId)
  return activate('FusedConv2D', backend, biased, attrs, preluActivationWeights)
}

/** A vector [OC] as it broadcasts over the result: [OC, 1, 1] in NCHW. Other shapes broadcast as they are. */
function alongChannels(t: TensorInfo, dataFormat: 'NHWC' | 'NCHW'): TensorInfo {
  return dataFormat === 'NCHW' && t.shape.length === 1 ? { ...t, shape: [t.shape[0]!, 1, 1] } : t
}

/** What tells an activation: of tfjs's fused attributes, those of a convolution or of a matrix product. */
interface ActivationAttrs {
  activation: FusedConv2DAttrs['activation']
  leakyreluAlpha?: number | undefined
  dataFormat: 'NHWC' | 'NCHW'
}

/** The activation of z, which is disposed of, for the kernel `name`. */
export function activate(
  name: string,
  backend: EyesWasmBackend,
  z: TensorInfo,
  { activation, leakyreluAlpha, dataFormat }: ActivationAttrs,
  preluWeights: TensorInfo | undefined,
): TensorInfo {
  if (activation === 'linear') return z
  let y: TensorInfo
  if (activation === 'prelu') {
    if (!preluWeights) throw new Error(`${name}: activation prelu wants preluActivationWeights, found none`)
    y = prelu(backend, z, alongChannels(preluWeights, dataFormat))
  } else {
    const kernelName = elementwise[activation]
    if (!kernelName) {
      throw new Error(
        `${name}: activation is ${activation}, wanted linear, prelu or ${Object.keys(elementwise).join(', ')}`,
      )
    }
    y = delegate(backend, kernelName, { x: z }, { alpha: leakyreluAlpha })
  }
  backend.disposeData(z.dataId)
  return y
}

export const fusedConv2DConfig = kernel('FusedConv2D', fusedConv2D)
