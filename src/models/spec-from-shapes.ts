// Which model a weights file holds, by its tensors' names and PyTorch shapes, its metadata and what the user says. Sits under
// formats/pytorch.ts; whether the model is possible at all is geometry.ts. Reads no file.
import { EyesWasmError, inputError } from '../errors.js'
import { layerSpecs } from './geometry.js'
import type { Heads, ModelKind, ModelSpec } from './spec.js'

/** Picture size where neither a file nor a flag names one: the report's. */
const reportSize = 50

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
  const latent = latentFromShapes(shapes, who)
  agree(who, 'latent', latent, flags.latent, metadataInteger(metadata, 'latent', who))
  const heads = headsFromMetadata(metadata, who)
  if (heads !== undefined) agree(who, 'heads', heads, flags.heads)
  if (latent > 0) agree(who, 'heads', 'linear', heads, flags.heads)
  const isLinear = latent > 0 || (heads ?? flags.heads) === 'linear'
  const spec: ModelSpec = {
    ...{ kind, kernel, stride, padding, height, width },
    ...(isLinear && { heads: 'linear' }),
    ...(latent > 0 && { latent }),
  }
  try {
    checkSpan(shapes, spec)
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

/** Numbers in a bottleneck's latent; 0 where the file has no bottleneck. */
function latentFromShapes(shapes: ReadonlyMap<string, readonly number[]>, who: string): number {
  const shape = shapes.get('decoder_in.0.weight')
  if (!shape) return 0
  const [latent = 0] = shape
  if (shape.length === 4 && latent > 0) return latent
  throw inputError(
    `${who}: decoder_in.0.weight has shape [${shape.join(', ')}], wanted [latent, 96, side, side]. Train or save a model of that kind.`,
  )
}

/** A bottleneck's layers have weights for each place of a map, and so are for pictures of one size. */
function checkSpan(shapes: ReadonlyMap<string, readonly number[]>, spec: ModelSpec): void {
  const head = layerSpecs(spec).find(({ name }) => name === 'enc_out_1.0')
  const side = shapes.get('enc_out_1.0.weight')?.[3]
  if (spec.latent === undefined || side === undefined || head?.kernel === side) return
  throw inputError(
    `its bottleneck spans maps of ${side}x${side}, but pictures of ${spec.height}x${spec.width} come to ${head!.kernel}x${head!.kernel}. Take pictures of the size that it was trained on, by --size.`,
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
