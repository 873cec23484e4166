// The twelve models of the report's Tables 1 and 4, and the convolutions that training them computes. Plain data.
import { reportGeometries } from '../src/report/published.js'
import type { LayerSpec, ModelKind, ModelSpec } from '../src/models/spec.js'

export const modelName = ({ kind, kernel, stride, padding }: ModelSpec) => `${kind}-${kernel}-${stride}-${padding}`

/** By name, e.g. `ae-3-1-1`. */
export const reportModels: ReadonlyMap<string, ModelSpec> = new Map(
  (['ae', 'vae'] satisfies ModelKind[]).flatMap(kind =>
    reportGeometries.map(([kernel, stride, padding]) => {
      const spec = { kind, kernel, stride, padding, height: 50, width: 50 }
      return [modelName(spec), spec] as const
    }),
  ),
)

/** The report's batch. */
export const batchSize = 164

export const kernelNames = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const
export type KernelName = (typeof kernelNames)[number]

export const passNames = ['forward', 'input gradient', 'filter gradient'] as const
export type PassName = (typeof passNames)[number]

/** One convolution of a training step: a layer's pass, and the kernel that computes it. */
export interface Pass {
  readonly layer: LayerSpec
  readonly pass: PassName
  readonly kernel: KernelName
}

/** All passes of a model's step. A transposed layer's forward pass is the input gradient of a convolution, and the other way round. */
export function passesOf(layers: readonly LayerSpec[]): Pass[] {
  return layers.flatMap(layer => {
    const transposed = layer.kind === 'ConvTranspose2d'
    const kernels: Record<PassName, KernelName> = {
      forward: transposed ? 'Conv2DBackpropInput' : 'Conv2D',
      'input gradient': transposed ? 'Conv2D' : 'Conv2DBackpropInput',
      'filter gradient': 'Conv2DBackpropFilter',
    }
    return passNames
      .filter(pass => pass !== 'input gradient' || layer.name !== 'encoder.0') // the images need no gradient
      .map(pass => ({ layer, pass, kernel: kernels[pass] }))
  })
}
