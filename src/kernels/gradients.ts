// tfjs gradients that are made faster on our backend. tfjs's registry of gradients is global, one for all backends: so each of these asks
// which backend is in use, and on any other, or where the gradient itself is to be differentiated, is the gradient that was registered
// before, result by result. Not here: our own ops' gradients, which stand beside their kernels.
import {
  broadcastTo,
  div,
  engine,
  getBackend,
  type GradConfig,
  type GradFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core'
import { backendName } from './backend.js'
import { isPerChannel } from './FusedBatchNorm.js'
import { fusedBatchNormGrad } from './FusedBatchNormGrad.js'
import { elementwiseGrad, type ElementwiseKind } from './ElementwiseGrad.js'

/** What our backend computes for a gradient, or nothing where it has no better way. */
type Faster = (dy: Tensor, saved: Tensor[], attrs: NamedAttrMap) => ReturnType<GradFunc> | undefined

/** `original` with a faster way on our backend. */
function onOurBackend(original: GradConfig, faster: Faster): GradConfig {
  return {
    ...original,
    gradFunc: (dy, saved, attrs) => {
      const found = getBackend() === backendName ? faster(dy as Tensor, saved, attrs) : undefined
      return found ?? original.gradFunc(dy, saved, attrs)
    },
  }
}

/** One kernel for all five inputs. It has no gradient of its own: an outer tape (a gradient of a gradient) gets tfjs's ops. */
const batchNorm: Faster = (dy, saved, attrs) => {
  const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
  if (engine().isTapeOn() || !isPerChannel({ x, mean, variance, ...(scale && { scale }) })) return undefined
  const inputs = { dy, x, mean, variance, ...(scale && { scale }) } as unknown as NamedTensorMap
  const [dx, ...sums] = engine().runKernel(fusedBatchNormGrad, inputs, attrs) as unknown as Tensor[]
  const [dMean, dVariance, dScale, dOffset] = sums as [Tensor, Tensor, Tensor, Tensor]
  return { x: () => dx!, mean: () => dMean, variance: () => dVariance, scale: () => dScale, offset: () => dOffset }
}

/**
 * dy spread over the axes that were reduced. The same bits as tfjs's product with a map of ones, at a quarter of the traffic. Not for an x
 * without values, to whose shape tfjs's broadcastTo does not bring dy.
 */
const spread = (dy: Tensor, x: Tensor, attrs: NamedAttrMap, count: (axes: number[]) => number): Tensor => {
  const axes = util.parseAxisParam(attrs.axis as number | number[], x.shape)
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const divisor = count(axes)
  return broadcastTo(reshape(divisor === 1 ? dy : div(dy, divisor), kept), x.shape)
}

const mean: Faster = (dy, [x], attrs) => {
  const count = (axes: number[]) => axes.reduce((product, axis) => product * x!.shape[axis]!, 1)
  return x!.size === 0 ? undefined : { x: () => spread(dy, x!, attrs, count) }
}

const sum: Faster = (dy, [x], attrs) => (x!.size === 0 ? undefined : { x: () => spread(dy, x!, attrs, () => 1) })

/** The same bits as tfjs's ops, which go over the map four times. `saved` holds x, or of Sigmoid y. */
const elementwise =
  (of: ElementwiseKind): Faster =>
  (dy, [x]) => {
    if (engine().isTapeOn() || x!.dtype !== 'float32' || !util.arraysEqual(dy.shape, x!.shape)) return undefined
    return { x: () => engine().runKernel(elementwiseGrad, { dy, x: x! }, { of }) }
  }

const ours: Readonly<Record<string, Faster>> = {
  FusedBatchNorm: batchNorm,
  Mean: mean,
  Relu: elementwise('Relu'),
  Relu6: elementwise('Relu6'),
  Sigmoid: elementwise('Sigmoid'),
  Square: elementwise('Square'),
  Sum: sum,
}

/** Replacements for the gradients that `find` gives by kernel name. */
export function fasterGradients(find: (kernelName: string) => GradConfig | undefined): GradConfig[] {
  return Object.entries(ours).flatMap(([name, faster]) => {
    const original = find(name)
    return original ? [onOurBackend(original, faster)] : []
  })
}
