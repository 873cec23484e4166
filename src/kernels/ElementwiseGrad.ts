// Gradients of functions of one element in one sweep; arithmetic in assembly/ElementwiseGrad.ts. Which gradient is used when is gradients.ts's.
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

/** No kernel of tfjs has this name. */
export const elementwiseGrad = 'ElementwiseGrad'

/** Functions by tfjs's kernel names, with the kernel's codes. */
export const elementwiseKinds = { Relu: 0, Relu6: 1, Square: 2, Sigmoid: 3 } as const
export type ElementwiseKind = keyof typeof elementwiseKinds

/** dx of dy and x, all of one shape; x is the function's input, or of Sigmoid its output. */
function compute({ inputs, attrs, backend }: KernelCall<'dy' | 'x', { of: ElementwiseKind }>): TensorInfo {
  const { dy, x } = inputs
  const dx = backend.output(x.shape)
  const size = util.sizeFromShape(x.shape)
  backend.kernels.elementwiseGrad(
    backend.address(dy),
    backend.address(x),
    backend.address(dx),
    size,
    elementwiseKinds[attrs.of],
  )
  return dx
}

export const elementwiseGradConfig = kernel(elementwiseGrad, compute)
