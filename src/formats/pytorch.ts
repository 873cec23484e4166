// Between our flat parameter vector and PyTorch's state_dict: layout, names, weights files, and the hash that identifies weights.
// Sits on safetensors.ts and the model's parameter list. Writing to disk is the run folder's business.
// A file made here loads with `model.load_state_dict(safetensors.torch.load_file(path))`; theirs loads here.
import { inputError } from '../errors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../models/geometry.js'
import { specFromShapes } from '../models/spec-from-shapes.js'
import type { ModelSpec, ParameterSpec } from '../models/spec.js'
import { quote } from '../quote.js'
import { createSha256 } from '../sha256.js'
import { readSafetensors, serializeSafetensors, type NamedTensor, type Safetensors } from './safetensors.js'
import { checkSeal } from './seal.js'

/** A model's identity and its weights, as training hands them out and takes them. */
export interface Weights {
  readonly spec: ModelSpec
  /** All parameters in our layout, at the offsets of `parameterSpecs(layerSpecs(spec))`. */
  readonly parameters: Float32Array
}

/** Our flat vector as PyTorch's tensors (NCHW conventions, new memory), in state_dict order. */
export function toTorch(parameters: Float32Array, specs: readonly ParameterSpec[]): NamedTensor[] {
  return specs.map(spec => {
    const ours = parameters.subarray(spec.offset, spec.offset + spec.size)
    const data = new Float32Array(spec.size)
    forEachPair(spec, (torchIndex, ourIndex) => {
      data[torchIndex] = ours[ourIndex]!
    })
    return { name: spec.name, dtype: 'F32', shape: spec.torchShape, data }
  })
}

/**
 * PyTorch's tensors as our flat vector. `who` (the file) opens each message.
 * @throws EyesWasmError INPUT naming the first tensor that is missing, of another shape, not finite, or not part of the model.
 */
export function fromTorch(
  tensors: ReadonlyMap<string, NamedTensor>,
  specs: readonly ParameterSpec[],
  who: string,
): Float32Array<ArrayBuffer> {
  // All of them before any memory is asked for: the model is as large as the file says, and its tensors need not be there.
  const fitting = specs.map(spec => [spec, fittingTensor(tensors.get(spec.name), spec, who)] as const)
  const parameters = new Float32Array(parameterCount(specs))
  for (const [spec, data] of fitting) {
    forEachPair(spec, (torchIndex, ourIndex) => {
      parameters[spec.offset + ourIndex] = data[torchIndex]!
    })
  }
  if (tensors.size > specs.length) {
    const known = new Set(specs.map(spec => spec.name))
    const extra = [...tensors.values()].find(({ name }) => !known.has(name))!
    throw inputError(
      `${who}: tensor ${quote(extra.name)} ${shapeText(extra.shape)} is not part of the model, which has ${specs.length} tensors. Choose other weights or another --model.`,
    )
  }
  return parameters
}

/** The tensors whose names begin with `prefix`, without it; for files that hold several sets. */
export function tensorsUnder(tensors: ReadonlyMap<string, NamedTensor>, prefix: string): Map<string, NamedTensor> {
  const found = new Map<string, NamedTensor>()
  for (const [name, tensor] of tensors) {
    if (!name.startsWith(prefix)) continue
    const rest = name.slice(prefix.length)
    found.set(rest, { ...tensor, name: rest })
  }
  return found
}

/** What the `format` of a checkpoint's metadata says; training/checkpoint.ts has the rest of that format. */
export const checkpointFormat = 'eyes-wasm checkpoint'

/** Where a checkpoint has the weights, the history (in float64), Adam's two moments, and the weights' average where the run keeps one. */
export const checkpointNames = {
  model: 'model.',
  history: 'history',
  firstMoment: 'adam.exp_avg.',
  secondMoment: 'adam.exp_avg_sq.',
  average: 'ema.',
} as const

/** All tensors of a file, those kept in float64 in place of their rounded copies. */
export const exactTensors = ({ tensors, doubles }: Safetensors) =>
  [...tensors.values()].map(tensor => doubles.get(tensor.name) ?? tensor)

/**
 * Refuses a checkpoint whose checksum does not fit, or that keeps tensors as we never do: in half precision they would take, once read, four
 * times the file.
 * @throws EyesWasmError INPUT
 */
export function checkCheckpointTensors(file: Safetensors, path: string): void {
  if (file.converted !== undefined)
    throw inputError(
      `${path}: tensor ${quote(file.converted)} is not float32, wanted a checkpoint as it was written. Take an unchanged one.`,
    )
  checkSeal(exactTensors(file), file.metadata, path)
}

/** SHA-256, hexadecimal, of all tensors' little-endian float32 bytes in PyTorch layout and state_dict order. */
export function weightsSha256(parameters: Float32Array, specs: readonly ParameterSpec[]): string {
  const hash = createSha256()
  for (const { data } of toTorch(parameters, specs)) {
    const bytes = new DataView(new ArrayBuffer(data.length * 4))
    data.forEach((value, i) => bytes.setFloat32(i * 4, value, true))
    hash.update(new Uint8Array(bytes.buffer))
  }
  return hash.digest()
}

/**
 * A model as the bytes of a safetensors file: PyTorch's names and layout, and metadata from which the model can be built again.
 * `version` is this package's; `extraMetadata` may add keys but not change these.
 */
export function weightsFile(
  { spec, parameters }: Weights,
  version: string,
  extraMetadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const metadata = { ...extraMetadata, format: 'pt', ...specMetadata(spec), eyes_wasm: version }
  return serializeSafetensors(toTorch(parameters, parameterSpecs(layerSpecs(spec))), metadata)
}

/** What a weights file says besides its weights: enough to build the model again. */
export const specMetadata = ({ kind, heads, latent, ...geometry }: ModelSpec): Record<string, string> => ({
  model: kind,
  ...Object.fromEntries(
    (['kernel', 'stride', 'padding', 'height', 'width'] as const).map(key => [key, String(geometry[key])]),
  ),
  // ReLU, the report's, is not said: files of before stay what they are.
  ...(heads === 'linear' && { heads }),
  ...(latent !== undefined && { latent: String(latent) }),
})

/** The weights among a file's tensors: all, or those of a checkpoint: their average where it has one, as the run saves it as its model. */
function weightsOf(file: Safetensors, path: string): ReadonlyMap<string, NamedTensor> {
  if (file.metadata.format !== checkpointFormat) return file.tensors
  checkCheckpointTensors(file, path)
  const average = tensorsUnder(file.tensors, checkpointNames.average)
  return average.size > 0 ? average : tensorsUnder(file.tensors, checkpointNames.model)
}

/**
 * Reads a weights file, ours or a PyTorch user's, or the weights of a checkpoint. Without our metadata, `flags` must give stride and padding.
 * @throws EyesWasmError INPUT when the file is malformed, is not one of the models, contradicts the flags or lacks what they must give.
 */
export async function readWeightsFile(
  path: string,
  flags: Partial<ModelSpec> = {},
): Promise<Weights & { readonly metadata: Readonly<Record<string, string>> }> {
  const file = await readSafetensors(path, [checkpointNames.history])
  const { metadata } = file
  const tensors = weightsOf(file, path)
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape] as const))
  const spec = specFromShapes(shapes, { metadata, flags }, path)
  const parameters = fromTorch(tensors, parameterSpecs(layerSpecs(spec)), path)
  return { spec, parameters, metadata }
}

/**
 * Calls back with the index in PyTorch's layout and the index in ours of each element. Both kinds of convolution are the same
 * permutation: torch [d0, d1, kh, kw] is ours [kh, kw, d1, d0]; a bias is itself.
 */
function forEachPair({ torchShape, size }: ParameterSpec, pair: (torchIndex: number, ourIndex: number) => void): void {
  const [d0 = 1, d1 = 1, kh = 1, kw = 1] = torchShape
  const taps = kh * kw
  for (let torchIndex = 0; torchIndex < size; torchIndex++) {
    const tap = torchIndex % taps
    const channels = (torchIndex - tap) / taps // = i0 * d1 + i1
    const i1 = channels % d1
    const i0 = (channels - i1) / d1
    pair(torchIndex, (tap * d1 + i1) * d0 + i0)
  }
}

function fittingTensor(tensor: NamedTensor | undefined, spec: ParameterSpec, who: string): Float32Array {
  const wanted = `${spec.name} ${shapeText(spec.torchShape)}`
  if (!tensor) throw inputError(`${who}: tensor ${wanted} is missing. Save the whole model's state_dict().`)
  const { shape, data } = tensor
  if (shape.length !== spec.torchShape.length || shape.some((size, i) => size !== spec.torchShape[i])) {
    throw inputError(
      `${who}: tensor ${spec.name} has shape ${shapeText(shape)}, wanted ${shapeText(spec.torchShape)}. Choose other weights, or the --model and --kernel they were made for.`,
    )
  }
  const bad = data.findIndex(value => !Number.isFinite(value))
  if (bad < 0) return data
  throw inputError(
    `${who}: tensor ${spec.name} holds ${data[bad]} at element ${bad}, wanted finite numbers. Choose weights of a run that stayed finite.`,
  )
}

const shapeText = (shape: readonly number[]) => `[${shape.join(', ')}]`
