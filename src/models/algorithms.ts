// By which algorithm each layer of a model is computed, for the model summary. The choice itself is kernels/algorithm.ts, a pure function of
// the geometry; this only says which of its three kernels a layer's passes are. No tfjs.
import { algorithmName } from '../kernels/algorithm.js'
import { squareConvInfo } from '../kernels/square-convolution.js'
import type { LayerSpec } from './spec.js'

/** `direct`, or Winograd's F(outputs, taps) along one axis of a tile, with the number of convolutions that the layer is cut into: `9 F(5,3)`. */
export interface LayerAlgorithms {
  readonly forward: string
  readonly inputGradient: string
  readonly filterGradient: string
}

/** A transposed layer's forward pass is the input gradient of the convolution from its output to its input, and the other way round. */
export function layerAlgorithms(layer: LayerSpec): LayerAlgorithms {
  const { kind, kernel, stride, padding, inChannels, outChannels, inputSize, outputSize } = layer
  const isTransposed = kind === 'ConvTranspose2d'
  const [height, width] = isTransposed ? outputSize : inputSize
  const channels = isTransposed ? { inChannels: outChannels, outChannels: inChannels } : { inChannels, outChannels }
  const info = squareConvInfo({ height, width, kernel, stride, padding, ...channels })
  const [down, up] = [algorithmName('Conv2D', info), algorithmName('Conv2DBackpropInput', info)]
  const filterGradient = algorithmName('Conv2DBackpropFilter', info)
  return isTransposed
    ? { forward: up, inputGradient: down, filterGradient }
    : { forward: down, inputGradient: up, filterGradient }
}
