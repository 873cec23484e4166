// One layer of the report's models as one op: (transposed) convolution, bias and activation, with its own gradient, so that the
// tape holds one entry a layer. Composed from the kernels beside it.
import {
  backend_util,
  engine,
  type GradConfig,
  type NamedAttrMap,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { activationBiasGrad } from './ActivationBiasGrad.js'
import { kernel, type KernelCall } from './backend.js'
import { convolve } from './Conv2D.js'
import { convolveTransposed } from './Conv2DBackpropInput.js'
import type { LayerActivation } from './geometry.js'

export interface ConvLayerOptions {
  /** Transposed convolution: the filter is [KH, KW, OC, C], as tfjs's conv2dTranspose has it. */
  readonly transposed: boolean
  readonly stride: number
  /** Zeros on each side, as in PyTorch's Conv2d and ConvTranspose2d. */
  readonly padding: number
  readonly activation: LayerActivation
}

type Shape4 = [number, number, number, number]

/** The forward convolution that the layer computes, or, when transposed, is the input gradient of. */
function convInfo(x: TensorInfo, filter: TensorInfo, { transposed, stride, padding }: ConvLayerOptions) {
  const [kh, kw, inner] = filter.shape as Shape4
  const [n, h, w, c] = x.shape as Shape4
  const grow = (size: number, kernel: number) => (size - 1) * stride - 2 * padding + kernel
  const inShape: Shape4 = transposed ? [n, grow(h, kh), grow(w, kw), inner] : [n, h, w, c]
  return backend_util.computeConv2DInfo(inShape, filter.shape as Shape4, stride, 1, padding, 'floor')
}

function forward({ inputs, attrs, backend }: KernelCall<'x' | 'filter' | 'bias', ConvLayerOptions>): TensorInfo {
  const { x, filter, bias } = inputs
  const inKernel = attrs.activation === 'relu' ? 'relu' : 'linear'
  const compute = attrs.transposed ? convolveTransposed : convolve
  const y = compute(backend, convInfo(x, filter, attrs), x, filter, bias, inKernel)
  if (attrs.activation === 'tanh' || attrs.activation === 'clamp') {
    backend.kernels[attrs.activation](
      backend.address(y),
      backend.address(y),
      y.shape.reduce((a, b) => a * b, 1),
    )
  }
  return y
}

export const convLayerConfig = kernel('EyesConvLayer', forward)

export const convLayerGradConfig: GradConfig = {
  kernelName: 'EyesConvLayer',
  inputsToSave: ['x', 'filter'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const [x, filter, y] = saved as [Tensor4D, Tensor4D, Tensor4D]
    const { transposed, stride, padding, activation } = attributes as unknown as ConvLayerOptions
    const [dz, db] = activationBiasGrad(y, dy as Tensor4D, activation)
    const attrs = { strides: stride, pad: padding, dataFormat: 'NHWC', dimRoundingMode: 'floor' } as const
    const run = (name: string, inputs: Record<string, Tensor>, more: NamedAttrMap) =>
      engine().runKernel<Tensor>(name, inputs, { ...attrs, ...more })
    const filterShape = filter.shape
    // Asked for last: dz has been used, and its memory serves the next layer while it is still in the cache.
    const bias = () => {
      dz.dispose()
      return db
    }
    return transposed
      ? {
          x: () => run('Conv2D', { x: dz, filter }, { dilations: 1 }),
          filter: () => run('Conv2DBackpropFilter', { x: dz, dy: x }, { filterShape }),
          bias,
        }
      : {
          x: () => run('Conv2DBackpropInput', { dy: dz, filter }, { inputShape: x.shape }),
          filter: () => run('Conv2DBackpropFilter', { x, dy: dz }, { filterShape }),
          bias,
        }
  },
}

/**
 * y = activation(conv(x, filter) + bias), NHWC.
 * x [N, H, W, C]; filter [KH, KW, C, OC], transposed [KH, KW, OC, C]; bias [OC]; y [N, OH, OW, OC] with PyTorch's output sizes:
 * floor((H + 2 padding - KH) / stride) + 1, transposed (H - 1) stride - 2 padding + KH.
 */
export function convLayer(x: Tensor4D, filter: Tensor4D, bias: Tensor1D, options: ConvLayerOptions): Tensor4D {
  return engine().runKernel<Tensor4D>('EyesConvLayer', { x, filter, bias }, { ...options })
}
