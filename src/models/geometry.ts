// The models' layers, map sizes and parameters as plain data: the one place that decides whether a geometry is possible.
// Sits under autoencoder.ts, vae.ts, formats/pytorch.ts, the trainer and the model summary, which all trust its answers.
// Not here: tfjs, weights, or reading a file.
import { inputError } from '../errors.js'
import type { LayerSpec, ModelKind, ModelSpec, ParameterSpec } from './spec.js'

interface LayerPlan extends Pick<LayerSpec, 'name' | 'kind' | 'inChannels' | 'outChannels' | 'activation'> {
  /** Of a bottleneck: the kernel is the whole map on the layer's wide side, stride 1, no padding. */
  readonly spansMap?: true
}
type Size = readonly [number, number]

const conv = (name: string, inChannels: number, outChannels: number): LayerPlan => ({
  name,
  kind: 'Conv2d',
  inChannels,
  outChannels,
  activation: 'relu',
})
const convTranspose = (
  name: string,
  inChannels: number,
  outChannels: number,
  activation: LayerPlan['activation'] = 'relu',
): LayerPlan => ({ name, kind: 'ConvTranspose2d', inChannels, outChannels, activation })

const encoder = [conv('encoder.0', 3, 12), conv('encoder.2', 12, 24), conv('encoder.4', 24, 48)]

/** The report's VAE from its latent on. */
const reportDecoder = [
  convTranspose('decoder.0', 96, 48),
  convTranspose('decoder.2', 48, 24),
  convTranspose('decoder.4', 24, 12),
  convTranspose('decoder.6', 12, 3, 'tanh'),
]

/** The report's layers in the order of PyTorch's state_dict (docs/architecture.md; the odd numbers are activations). */
const plans: Record<ModelKind, readonly LayerPlan[]> = {
  ae: [
    ...encoder,
    convTranspose('decoder.0', 48, 24),
    convTranspose('decoder.2', 24, 12),
    convTranspose('decoder.4', 12, 3, 'tanh'),
  ],
  vae: [
    ...encoder,
    conv('enc_out_1.0', 48, 96), // mu, after its ReLU
    conv('enc_out_2.0', 48, 96), // log sigma^2, after its ReLU
    ...reportDecoder,
  ],
}

/** Channels of the map that a bottleneck's decoder starts from: those of the report's latent. */
const latentChannels = 96

/**
 * The VAE with a latent of `latent` numbers for the whole picture: the report's encoder and decoder, and between them layers whose kernels
 * span a whole map, which is what a fully connected layer on a flattened map is.
 */
const bottleneckPlan = (latent: number): readonly LayerPlan[] => [
  ...encoder,
  { ...conv('enc_out_1.0', 48, latent), spansMap: true }, // mu
  { ...conv('enc_out_2.0', 48, latent), spansMap: true }, // log sigma^2
  { ...convTranspose('decoder_in.0', latent, latentChannels), spansMap: true },
  ...reportDecoder,
]

const planOf = ({ kind, latent }: ModelSpec) => (latent === undefined ? plans[kind] : bottleneckPlan(latent))

/**
 * Linear heads: the log variance is held within this many nats of 0, where its exponential is at home in float32. Twin: assembly/Clamp.ts.
 */
export const logVarianceLimit = 10

/** What follows each head where nothing but the range of the log variance does. */
const linearHeads: Readonly<Record<string, LayerPlan['activation']>> = {
  'enc_out_1.0': 'linear',
  'enc_out_2.0': 'clamp',
}

/** One map of one image, in elements: 1 GiB of float32. A larger one is a slip of the keyboard, not a model. */
const largestMap = 268_435_456

/** One layer's weight, in elements: 64 MiB of float32, 85 times the largest of the bottleneck that we propose. */
const largestWeight = 16_777_216

/**
 * The model's convolutions in PyTorch's state_dict order. Both VAE heads take the last encoder map; the decoder goes on from theirs.
 * With `spec.latent`, the heads come to one place and `decoder_in.0` spreads it over the decoder's first map.
 * Sizes: Conv2d floor((in + 2p - k) / s) + 1; ConvTranspose2d (in - 1) s - 2p + k.
 * @throws EyesWasmError INPUT naming the layer and its shapes when a map would be empty or absurdly large, or when the
 *   decoder does not come back to exactly height x width.
 */
export function layerSpecs(spec: ModelSpec): LayerSpec[] {
  checkNumbers(spec)
  const layers: LayerSpec[] = []
  let size: Size = [spec.height, spec.width]
  for (const { spansMap, ...plan } of planOf(spec)) {
    const inputSize = plan.name === 'enc_out_2.0' ? layers.at(-1)!.inputSize : size
    const activation = (spec.heads === 'linear' ? linearHeads[plan.name] : undefined) ?? plan.activation
    const { kernel, stride, padding } = spansMap ? spanning(plan.kind, inputSize, spec) : spec
    const layer = { ...plan, activation, kernel, stride, padding, inputSize }
    if (spansMap) checkWeightSize(layer)
    size = outputSize(layer)
    layers.push({ ...layer, outputSize: size })
  }
  const last = layers.at(-1)!
  if (size[0] !== spec.height || size[1] !== spec.width) {
    throw inputError(
      `${describeLayer(last)}: output is ${text(size)}, wanted the picture's ${spec.height}x${spec.width}. ${cure(spec)}`,
    )
  }
  return layers
}

/** Geometry of a layer between a map and one place: from the encoder's last map, or to the one that the decoder starts from. */
function spanning(kind: LayerSpec['kind'], [height]: Size, spec: ModelSpec) {
  const kernel = kind === 'Conv2d' ? height : decoderSide(spec)
  if (kernel !== undefined) return { kernel, stride: 1, padding: 0 }
  throw inputError(
    `decoder_in.0: no map becomes the picture's ${spec.height}x${spec.width} in the decoder (kernel ${spec.kernel}, stride ${spec.stride}, padding ${spec.padding}). ${cure(spec)}`,
  )
}

/** Side of the map from which the report's decoder comes to a picture of height `spec.height`; undefined where there is none. */
function decoderSide({ kernel, stride, padding, height }: ModelSpec): number | undefined {
  const side = reportDecoder.reduce(out => (out + 2 * padding - kernel) / stride + 1, height)
  return Number.isSafeInteger(side) && side >= 1 ? side : undefined
}

/** Throws what `layerSpecs` throws; for callers that only want to know. */
export function checkSpec(spec: ModelSpec): void {
  layerSpecs(spec)
}

/** Each layer's weight, then its bias, laid one after another in one flat vector without gaps. */
export function parameterSpecs(layers: readonly LayerSpec[]): ParameterSpec[] {
  const parameters: ParameterSpec[] = []
  let offset = 0
  for (const { name, kind, inChannels, outChannels, kernel } of layers) {
    const torchShape =
      kind === 'Conv2d' ? [outChannels, inChannels, kernel, kernel] : [inChannels, outChannels, kernel, kernel]
    const shape =
      kind === 'Conv2d' ? [kernel, kernel, inChannels, outChannels] : [kernel, kernel, outChannels, inChannels]
    const fanIn = torchShape[1]! * kernel * kernel
    const size = inChannels * outChannels * kernel * kernel
    parameters.push({ name: `${name}.weight`, shape, torchShape, fanIn, offset, size })
    offset += size
    const bias = { shape: [outChannels], torchShape: [outChannels], fanIn, offset, size: outChannels }
    parameters.push({ name: `${name}.bias`, ...bias })
    offset += outChannels
  }
  return parameters
}

/** Length of the flat parameter vector. */
export function parameterCount(parameters: readonly ParameterSpec[]): number {
  const last = parameters.at(-1)
  return last ? last.offset + last.size : 0
}

/** e.g. `encoder.2 (Conv2d 12->24, kernel 3, stride 1, padding 1)`. */
export function describeLayer(layer: Omit<LayerSpec, 'inputSize' | 'outputSize' | 'activation'>): string {
  const { name, kind, inChannels, outChannels, kernel, stride, padding } = layer
  return `${name} (${kind} ${inChannels}->${outChannels}, kernel ${kernel}, stride ${stride}, padding ${padding})`
}

function checkNumbers(spec: ModelSpec): void {
  const lowest = { kernel: 1, stride: 1, padding: 0, height: 1, width: 1 }
  for (const [key, least] of Object.entries(lowest) as [keyof typeof lowest, number][]) {
    const value = spec[key]
    if (Number.isSafeInteger(value) && value >= least) continue
    throw inputError(`${key}: is ${value}, wanted a whole number of at least ${least}.`)
  }
  if (!Object.hasOwn(plans, spec.kind)) throw inputError(`model: is ${JSON.stringify(spec.kind)}, wanted ae or vae.`)
  if (spec.latent !== undefined) checkBottleneck(spec.latent, spec)
  if (spec.heads === 'linear' && spec.kind === 'ae')
    throw inputError('heads: is linear, but an autoencoder has no heads. Train a VAE, or leave it out.')
}

function checkBottleneck(latent: number, { kind, heads, stride, height, width }: ModelSpec): void {
  const refuse = (what: string) => inputError(`latent: ${what}`)
  if (!Number.isSafeInteger(latent) || latent < 1)
    throw refuse(`is ${latent}, wanted a whole number of at least 1. For example 64.`)
  if (kind === 'ae') throw refuse(`is ${latent}, but an autoencoder has no bottleneck. Train a VAE, or leave it out.`)
  if (heads !== 'linear')
    throw refuse(
      `is ${latent} with heads ${heads ?? 'relu'}, whose means are never negative as half of N(0, I) is. Leave --heads out, or take linear.`,
    )
  if (stride === 1)
    throw refuse(
      `is ${latent} with stride 1, whose maps are as large as the picture, and each number would need weights for all of it. Use --kernel 4 --stride 2 --padding 2.`,
    )
  if (height !== width)
    throw refuse(
      `is ${latent} with pictures of ${height}x${width}, wanted square ones. Add --size ${Math.min(height, width)}, or leave --latent out.`,
    )
}

function checkWeightSize(layer: Omit<LayerSpec, 'outputSize'>): void {
  const size = layer.kernel * layer.kernel * layer.inChannels * layer.outChannels
  if (size <= largestWeight) return
  throw inputError(
    `${describeLayer(layer)}: its weight has ${size} elements, at most ${largestWeight}. Use a smaller --latent, smaller pictures or a smaller kernel.`,
  )
}

/** Length of one side after a layer. */
function nextSide(
  kind: LayerSpec['kind'],
  side: number,
  { kernel, stride, padding }: Pick<ModelSpec, 'kernel' | 'stride' | 'padding'>,
) {
  if (kind === 'Conv2d') return Math.floor((side + 2 * padding - kernel) / stride) + 1
  return (side - 1) * stride - 2 * padding + kernel
}

function outputSize(layer: Omit<LayerSpec, 'outputSize'>): Size {
  const { kind, padding, inputSize, outChannels } = layer
  const size: Size = [nextSide(kind, inputSize[0], layer), nextSide(kind, inputSize[1], layer)]
  if (Math.min(...size) < 1) {
    const found =
      kind === 'Conv2d'
        ? `input ${text(inputSize)}${padding ? ` plus padding ${padding}` : ''} is smaller than the kernel. Use a smaller kernel or stride, or more padding.`
        : `input ${text(inputSize)} gives an empty output (${text(size)}). Use less padding or a larger kernel.`
    throw inputError(`${describeLayer(layer)}: ${found}`)
  }
  if (size[0] * size[1] * outChannels > largestMap) {
    throw inputError(
      `${describeLayer(layer)}: output ${text(size)} is too large, at most ${largestMap} elements. Use less padding.`,
    )
  }
  return size
}

const text = ([height, width]: Size) => `${height}x${width}`

/** Names the nearest kernel and padding that close with this stride, found by trying them. */
function cure(spec: ModelSpec): string {
  const closing: { kernel: number; padding: number; distance: number }[] = []
  for (let kernel = Math.max(1, spec.kernel - 3); kernel <= spec.kernel + 3; kernel++) {
    for (let padding = 0; padding <= kernel; padding++) {
      if (!closes({ ...spec, kernel, padding })) continue
      closing.push({ kernel, padding, distance: Math.abs(kernel - spec.kernel) + Math.abs(padding - spec.padding) })
    }
  }
  closing.sort((a, b) => a.distance - b.distance)
  const near = closing[0]
  if (spec.latent !== undefined)
    return near
      ? `Use --kernel ${near.kernel} --stride ${spec.stride} --padding ${near.padding}.`
      : 'Use pictures of another size, for example --size 50.'
  if (!near) return 'Use stride 1, which always comes back.'
  return `Use --kernel ${near.kernel} --stride ${spec.stride} --padding ${near.padding}, or stride 1, which always comes back.`
}

function closes(spec: ModelSpec): boolean {
  let size: Size = [spec.height, spec.width]
  if (spec.latent !== undefined) {
    const map = encoder.reduce(side => nextSide('Conv2d', side, spec), spec.height)
    return map >= 1 && decoderSide(spec) !== undefined
  }
  for (const { kind, name } of plans[spec.kind]) {
    if (name === 'enc_out_2.0') continue
    size = [nextSide(kind, size[0], spec), nextSide(kind, size[1], spec)]
    if (Math.min(...size) < 1) return false
  }
  return size[0] === spec.height && size[1] === spec.width
}
