// The convolutions of the report's 12 models, as the sweeps of the convolution kernels have them. Not here: the models' own geometry.
import { layerSpecs } from '../../src/models/geometry.js'
import type { LayerSpec, ModelKind, ModelSpec } from '../../src/models/spec.js'
import { reportGeometries } from '../../src/report/published.js'
import type { Convolution } from '../reference/conv2d.js'

export const reportSpec = (
  kind: ModelKind,
  [kernel, stride, padding]: readonly [number, number, number],
): ModelSpec => ({
  kind,
  kernel,
  stride,
  padding,
  height: 50,
  width: 50,
})

/** The forward convolution that a layer is, or, transposed, is the input gradient of, on one image. */
export function convolutionOf({ kind, kernel, stride, padding, ...layer }: LayerSpec): Convolution {
  const isForward = kind === 'Conv2d'
  const [height, width] = isForward ? layer.inputSize : layer.outputSize
  const [inChannels, outChannels] = isForward
    ? [layer.inChannels, layer.outChannels]
    : [layer.outChannels, layer.inChannels]
  const both = <T>(value: T) => [value, value] as const
  const pad = both(both(padding))
  const shared = { kernel: both(kernel), stride: both(stride), dilation: both(1), pad }
  return { batch: 1, height, width, inChannels, outChannels, ...shared }
}

/** Every convolution that a layer of the 12 models is or is the gradient of, once. */
export function reportConvolutions(): Convolution[] {
  const all = (['ae', 'vae'] as const).flatMap(kind =>
    reportGeometries.flatMap(geometry => layerSpecs(reportSpec(kind, geometry)).map(convolutionOf)),
  )
  return [...new Map(all.map(c => [JSON.stringify(c), c])).values()]
}
