// The models' layers, map sizes and parameters as plain data: the one place that decides whether a geometry is possible.
// Sits under autoencoder.ts, vae.ts, formats/pytorch.ts, the trainer and the model summary, which all trust its answers.
// Not here: tfjs, weights, or reading a file.
import { EyesWasmError, inputError } from '../errors.js'
import type { Heads, LayerSpec, ModelKind, ModelSpec, ParameterSpec } from './spec.js'

type LayerPlan = Pick<LayerSpec, 'name' | 'kind' | 'inChannels' | 'outChannels' | 'activation'>
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
    convTranspose('decoder.0', 96, 48),
    convTranspose('decoder.2', 48, 24),
    convTranspose('decoder.4', 24, 12),
    convTranspose('decoder.6', 12, 3, 'tanh'),
  ],
}

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

/** Picture size where neither a file nor a flag names one: the report's. */
const reportSize = 50

/**
 * The model's convolutions in PyTorch's state_dict order. Both VAE heads take the last encoder map; the decoder goes on from theirs.
 * Sizes: Conv2d floor((in + 2p - k) / s) + 1; ConvTranspose2d (in - 1) s - 2p + k.
 * @throws EyesWasmError INPUT naming the layer and its shapes when a map would be empty or absurdly large, or when the
 *   decoder does not come back to exactly height x width.
 */
export function layerSpecs(spec: ModelSpec): LayerSpec[] {
  checkNumbers(spec)
  const layers: LayerSpec[] = []
  let size: Size = [spec.height, spec.width]
  for (const plan of plans[spec.kind]) {
    const inputSize = plan.name === 'enc_out_2.0' ? layers.at(-1)!.inputSize : size
    const activation = (spec.heads === 'linear' ? linearHeads[plan.name] : undefined) ?? plan.activation
    const layer = { ...plan, activation, kernel: spec.kernel, stride: spec.stride, padding: spec.padding, inputSize }
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

/** What is known of a weights file besides its tensors: the file's own metadata, and what the user said. */
export interface KnownSpec {
  readonly metadata?: Readonly<Record<string, string>>
  readonly flags?: Partial<ModelSpec>
}

/**
 * The model that a weights file holds. Kind and kernel come from the tensors' names and PyTorch shapes; stride and padding from the
 * metadata, else from the flags; heads alike, else ReLU; height and width from the flags, else from the metadata, else 50 (the layers fit any size).
 * Whether all tensors are there and fit is `fromTorch`'s question.
 * @throws EyesWasmError INPUT when the tensors are not one of the two models, stride or padding is unknown, a flag contradicts the
 *   file, or the geometry is impossible.
 */
export function specFromShapes(
  shapes: ReadonlyMap<string, readonly number[]>,
  { metadata = {}, flags = {} }: KnownSpec,
  who: string,
): ModelSpec {
  const kind = kindFromShapes(shapes, who)
  const kernel = kernelFromShapes(shapes, who)
  agree(who, 'model', kind, flags.kind, metadata.model)
  agree(who, 'kernel', kernel, flags.kernel, metadataInteger(metadata, 'kernel', who))
  const geometry = {
    stride: metadataInteger(metadata, 'stride', who),
    padding: metadataInteger(metadata, 'padding', who),
  }
  for (const key of ['stride', 'padding'] as const) {
    if (geometry[key] !== undefined) agree(who, key, geometry[key], flags[key])
    geometry[key] ??= flags[key]
  }
  const { stride, padding } = geometry
  if (stride === undefined || padding === undefined) {
    const missing = [stride === undefined && '--stride', padding === undefined && '--padding'].filter(Boolean)
    const words = missing.map(flag => String(flag).slice(2)).join(' and ')
    throw inputError(
      `${who}: the file does not say the ${words} of its ${kind} weights (kernel ${kernel}). Add ${missing.join(' and ')}.`,
    )
  }
  const height = flags.height ?? metadataInteger(metadata, 'height', who) ?? reportSize
  const width = flags.width ?? metadataInteger(metadata, 'width', who) ?? reportSize
  const heads = headsFromMetadata(metadata, who)
  if (heads !== undefined) agree(who, 'heads', heads, flags.heads)
  const isLinear = (heads ?? flags.heads) === 'linear'
  const spec: ModelSpec = { kind, kernel, stride, padding, height, width, ...(isLinear && { heads: 'linear' }) }
  try {
    checkSpec(spec)
  } catch (error) {
    throw error instanceof EyesWasmError ? inputError(`${who}: ${error.message}`, error) : error
  }
  return spec
}

/** Files of ours say linear heads alone; anybody else's may have either. */
function headsFromMetadata(metadata: Readonly<Record<string, string>>, who: string): Heads | undefined {
  const said = Object.hasOwn(metadata, 'heads') ? metadata.heads : undefined
  if (said === undefined) return Object.hasOwn(metadata, 'eyes_wasm') ? 'relu' : undefined
  if (said === 'relu' || said === 'linear') return said
  throw inputError(
    `${who}: metadata "heads" is ${JSON.stringify(said.slice(0, 40))}, wanted relu or linear. Save the file again.`,
  )
}

function kindFromShapes(shapes: ReadonlyMap<string, readonly number[]>, who: string): ModelKind {
  if (shapes.has('enc_out_1.0.weight') || shapes.has('decoder.6.weight')) return 'vae'
  if (shapes.has('encoder.0.weight') || shapes.has('decoder.0.weight')) return 'ae'
  const found = [...shapes.keys()].slice(0, 3).join(', ') || 'no tensors'
  throw inputError(
    `${who}: holds ${found}; wanted an autoencoder's or VAE's encoder.0.weight ... decoder.4.bias. Save the model's state_dict() under its own names.`,
  )
}

function kernelFromShapes(shapes: ReadonlyMap<string, readonly number[]>, who: string): number {
  const shape = shapes.get('encoder.0.weight')
  if (!shape) throw inputError(`${who}: tensor encoder.0.weight is missing. Save the whole model's state_dict().`)
  const kernel = shape[3]
  if (
    shape.length === 4 &&
    shape[0] === 12 &&
    shape[1] === 3 &&
    shape[2] === kernel &&
    kernel !== undefined &&
    kernel > 0
  )
    return kernel
  throw inputError(
    `${who}: encoder.0.weight has shape [${shape.join(', ')}], wanted [12, 3, kernel, kernel]. Train or save the report's model.`,
  )
}

function agree(who: string, what: string, file: number | string, ...said: (number | string | undefined)[]): void {
  for (const value of said) {
    if (value === undefined || value === file) continue
    throw inputError(
      `${who}: its tensors and metadata say ${what} ${file}, not ${value}. Leave out --${what}, or choose other weights.`,
    )
  }
}

function metadataInteger(metadata: Readonly<Record<string, string>>, key: string, who: string): number | undefined {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw inputError(
    `${who}: metadata "${key}" is ${JSON.stringify(value.slice(0, 40))}, wanted a whole number. Save the file again.`,
  )
}

function checkNumbers(spec: ModelSpec): void {
  const lowest = { kernel: 1, stride: 1, padding: 0, height: 1, width: 1 }
  for (const [key, least] of Object.entries(lowest) as [keyof typeof lowest, number][]) {
    const value = spec[key]
    if (Number.isSafeInteger(value) && value >= least) continue
    throw inputError(`${key}: is ${value}, wanted a whole number of at least ${least}.`)
  }
  if (!Object.hasOwn(plans, spec.kind)) throw inputError(`model: is ${JSON.stringify(spec.kind)}, wanted ae or vae.`)
  if (spec.heads === 'linear' && spec.kind === 'ae')
    throw inputError('heads: is linear, but an autoencoder has no heads. Train a VAE, or leave it out.')
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
  if (!near) return 'Use stride 1, which always comes back.'
  return `Use --kernel ${near.kernel} --stride ${spec.stride} --padding ${near.padding}, or stride 1, which always comes back.`
}

function closes(spec: ModelSpec): boolean {
  let size: Size = [spec.height, spec.width]
  for (const { kind, name } of plans[spec.kind]) {
    if (name === 'enc_out_2.0') continue
    size = [nextSide(kind, size[0], spec), nextSide(kind, size[1], spec)]
    if (Math.min(...size) < 1) return false
  }
  return size[0] === spec.height && size[1] === spec.width
}
