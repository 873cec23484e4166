// Strict reader and writer of safetensors: u64 header length, JSON header, then the tensors' little-endian bytes end to end.
// Sits beside data/; pytorch.ts gives the tensors their meaning. A stranger's file is checked completely before any of it is used, and
// what is read takes the tensors' own memory and one buffer of 1 MiB. Not here: memory mapping, lazy tensors, integer dtypes (no
// weight of ours is one).
import { inputError } from '../errors.js'
import { withFile } from '../input-file.js'
import { quote } from '../quote.js'
import { bytesOf } from './bytes.js'
import { bfloatToNumber, halfToNumber } from './half-precision.js'
import { hasLoneSurrogate, isObject, parseStrictJson, type Json, type JsonObject } from './json.js'

/** A tensor in memory. Reading turns F64, F16 and BF16 into float32 (F64 is rounded to nearest). */
export interface NamedTensor {
  readonly name: string
  readonly dtype: 'F32'
  readonly shape: readonly number[]
  /** Row-major, as many elements as the shape says. */
  readonly data: Float32Array
}

/** A tensor whose values are wanted as they are, without rounding. */
export interface DoubleTensor {
  readonly name: string
  readonly dtype: 'F64'
  readonly shape: readonly number[]
  /** Row-major, as many elements as the shape says. */
  readonly data: Float64Array
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, NamedTensor>
  /** F64 tensors among those that were asked for by name; they are in `tensors` too, rounded. */
  readonly doubles: ReadonlyMap<string, DoubleTensor>
  /** The first tensor that the file has in another dtype than it is given in here, if any. */
  readonly converted: string | undefined
  readonly metadata: Readonly<Record<string, string>>
}

/** Our largest model's header has 3 kB; the format's own limit of 100 MB would let a small file take much memory. */
export const largestHeader = 1_048_576
/** Our largest model has 16 tensors of 4 dimensions; a header of nothing but names and sizes would take much more memory than the file. */
export const mostTensors = 1024
export const mostDimensions = 8

/** Bytes of the values that are read at once, a multiple of every dtype's. */
const chunkBytes = 1_048_576

type Decode = (bytes: DataView, offset: number) => number
const dtypes = new Map<string, { readonly bytes: number; readonly decode: Decode }>([
  ['F32', { bytes: 4, decode: (view, at) => view.getFloat32(at, true) }],
  ['F64', { bytes: 8, decode: (view, at) => view.getFloat64(at, true) }],
  ['F16', { bytes: 2, decode: (view, at) => halfToNumber(view.getUint16(at, true)) }],
  ['BF16', { bytes: 2, decode: bfloatToNumber }],
])

interface TensorInfo {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** Byte range in the data section, after the header. */
  readonly begin: number
  readonly end: number
}

interface Header {
  readonly infos: readonly TensorInfo[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads a whole file held in memory. `who` names it in errors; `doubles` are the names of tensors to keep in float64 as well.
 * @throws EyesWasmError INPUT for anything that is not exactly one well-formed safetensors file.
 */
export function parseSafetensors(bytes: Uint8Array, who: string, doubles: readonly string[] = []): Safetensors {
  const length = headerLength(bytes.subarray(0, 8), bytes.length, who)
  const header = parseHeader(bytes.subarray(8, 8 + length), bytes.length - 8 - length, who)
  return decodeTensors(header, bytes.subarray(8 + length), doubles)
}

/**
 * Reads a file from disk. Memory is asked for only after the header has accounted for every byte of the file.
 * @throws EyesWasmError INPUT when it cannot be read or is malformed.
 */
export function readSafetensors(path: string, doubles: readonly string[] = []): Promise<Safetensors> {
  return withFile(
    path,
    async source => {
      const { size } = source
      const prefix = new Uint8Array(Math.min(8, size))
      await source.read(prefix, 0)
      const text = new Uint8Array(headerLength(prefix, size, path))
      await source.read(text, 8)
      const start = 8 + text.length
      const header = parseHeader(text, size - start, path)
      const { file, put } = allocate(header, doubles)
      const chunk = new Uint8Array(Math.min(chunkBytes, size - start))
      for (const info of header.infos) {
        for (let at = info.begin; at < info.end; at += chunk.length) {
          const part = chunk.subarray(0, Math.min(chunk.length, info.end - at))
          await source.read(part, start + at)
          put(info, at - info.begin, part)
        }
      }
      return file
    },
    { wanted: 'a safetensors file' },
  )
}

/**
 * Writes tensors in the order given, metadata first; the header is padded with spaces so that data start 8-byte aligned.
 * @throws EyesWasmError INPUT for a name that a strict reader would refuse, or a shape that is not the data's length.
 */
export function serializeSafetensors(
  tensors: Iterable<NamedTensor | DoubleTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const list = [...tensors]
  const entries: string[] = []
  if (Object.keys(metadata).length > 0) entries.push(`"__metadata__":${metadataJson(metadata)}`)
  const names = new Set<string>()
  let end = 0
  for (const { name, dtype, shape, data } of list) {
    if (names.has(name)) throw inputError(`tensor ${quote(name)}: given twice. Write each name once.`)
    names.add(checkName(name))
    if (elementCount(shape) !== data.length)
      throw inputError(
        `tensor ${quote(name)}: shape [${shape.join(', ')}] with ${data.length} values. Make them equal.`,
      )
    const begin = end
    end += data.byteLength
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`)
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`)
  const length = Math.ceil(json.length / 8) * 8
  if (length > largestHeader)
    throw inputError(`safetensors header: ${length} bytes, at most ${largestHeader}. Write less.`)
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length)
  file.set(json, 8)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(length), true)
  let at = 8 + length
  for (const tensor of list) {
    file.set(bytesOf(tensor.data), at)
    at += tensor.data.byteLength
  }
  return file
}

/** The header's length in bytes, known to fit in the file. `prefix` is the file's first 8 bytes, or fewer. */
function headerLength(prefix: Uint8Array, fileSize: number, who: string): number {
  if (prefix.length < 8)
    throw inputError(`${who}: has ${fileSize} bytes, too few for a safetensors file. Name another.`)
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(largestHeader)) {
    throw inputError(
      `${who}: header of ${length.toString()} bytes, at most ${largestHeader}. It is not a safetensors file, or not one of a small model.`,
    )
  }
  if (Number(length) > fileSize - 8)
    throw inputError(`${who}: header of ${Number(length)} bytes in a file of ${fileSize}. Copy or download it again.`)
  return Number(length)
}

function parseHeader(bytes: Uint8Array, dataSize: number, who: string): Header {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw inputError(`${who}: the header is not UTF-8. It is not a safetensors file, or damaged.`, error)
  }
  if (!text.startsWith('{'))
    throw inputError(`${who}: the header does not begin with "{". It is not a safetensors file.`)
  const header = parseStrictJson(text, who) as JsonObject // An object: it began with a brace.
  const infos: TensorInfo[] = []
  if (header.size > mostTensors)
    throw inputError(`${who}: names ${header.size} tensors, at most ${mostTensors}. It is not a small model's file.`)
  for (const [name, value] of header) if (name !== '__metadata__') infos.push(tensorInfo(name, value, who))
  checkTiling(infos, dataSize, who)
  return { infos, metadata: metadataOf(header.get('__metadata__'), who) }
}

function metadataOf(value: Json | undefined, who: string): Record<string, string> {
  if (value === undefined) return {}
  const entries = isObject(value) ? [...value] : undefined
  if (entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    return Object.fromEntries(entries)
  throw inputError(`${who}: "__metadata__" is not an object of strings. Save it with string values only.`)
}

function tensorInfo(name: string, value: Json, who: string): TensorInfo {
  const refuse = (found: string) =>
    inputError(`${who}: tensor ${quote(name)} ${found}. Save the file again with safetensors.torch.save_file.`)
  if (!isObject(value)) throw refuse('is not described by an object')
  const unknown = [...value.keys()].find(key => !['dtype', 'shape', 'data_offsets'].includes(key))
  if (unknown !== undefined) throw refuse(`has the unknown field ${quote(unknown)}`)
  const dtype = value.get('dtype')
  const shape = value.get('shape')
  const offsets = value.get('data_offsets')
  if (typeof dtype !== 'string') throw refuse('has no dtype')
  const width = dtypes.get(dtype)?.bytes
  if (width === undefined)
    throw inputError(
      `${who}: tensor ${quote(name)} has dtype ${quote(dtype)}, wanted F32 (F64, F16, BF16 are converted). Save it after .float().`,
    )
  if (!isSizes(shape)) throw refuse('has no shape of whole numbers')
  if (shape.length > mostDimensions) throw refuse(`has ${shape.length} dimensions, at most ${mostDimensions}`)
  if (!isSizes(offsets) || offsets.length !== 2) throw refuse('has no data_offsets of two whole numbers')
  const [begin, end] = offsets as [number, number]
  const bytes = elementCount(shape) * width
  if (!Number.isSafeInteger(bytes)) throw refuse(`has a shape too large to count: [${shape.slice(0, 8).join(', ')}]`)
  if (end < begin || end - begin !== bytes)
    throw refuse(
      `has data_offsets [${begin}, ${end}], but shape [${shape.slice(0, 8).join(', ')}] of ${dtype} takes ${bytes} bytes`,
    )
  return { name, dtype, shape, begin, end }
}

/** Sorted by position, the tensors must cover the data section once: no overlap, no hole, no byte left over. */
function checkTiling(infos: readonly TensorInfo[], dataSize: number, who: string): void {
  let end = 0
  for (const info of infos.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (info.begin !== end) {
      const what = info.begin < end ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw inputError(
        `${who}: tensor ${quote(info.name)} ${what} (starts at ${info.begin}, wanted ${end}). The file is damaged or made to harm.`,
      )
    }
    end = info.end
  }
  if (end === dataSize) return
  const what =
    end > dataSize ? 'It is cut off; copy or download it again.' : 'Something was added to its end; save it again.'
  throw inputError(`${who}: tensors take ${end} bytes, the file holds ${dataSize}. ${what}`)
}

function decodeTensors(header: Header, bytes: Uint8Array, doubles: readonly string[]): Safetensors {
  const { file, put } = allocate(header, doubles)
  for (const info of header.infos) put(info, 0, bytes.subarray(info.begin, info.end))
  return file
}

/** The tensors of a header, still empty, and `put`, which writes bytes of one of them, from its byte `at` on, as values. */
function allocate({ infos, metadata }: Header, wanted: readonly string[]) {
  const tensors = new Map<string, NamedTensor>()
  const doubles = new Map<string, DoubleTensor>()
  for (const { name, dtype, shape } of infos) {
    const size = elementCount(shape)
    tensors.set(name, { name, dtype: 'F32', shape, data: new Float32Array(size) })
    if (dtype === 'F64' && wanted.includes(name))
      doubles.set(name, { name, dtype, shape, data: new Float64Array(size) })
  }
  const put = (info: TensorInfo, at: number, bytes: Uint8Array) => {
    for (const tensor of [tensors.get(info.name), doubles.get(info.name)])
      if (tensor) decodeInto(tensor.data, at / widthOf(info), bytes, info.dtype)
  }
  const converted = infos.find(({ name, dtype }) => dtype !== 'F32' && !doubles.has(name))?.name
  return { file: { tensors, doubles, converted, metadata }, put }
}

/** Values of `bytes` to `target`, from element `first` on. */
function decodeInto(target: Float32Array | Float64Array, first: number, bytes: Uint8Array, dtype: string): void {
  const { bytes: width, decode } = dtypes.get(dtype)!
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0, to = first; at < bytes.length; at += width) target[to++] = decode(view, at)
}

const widthOf = ({ dtype }: TensorInfo) => dtypes.get(dtype)!.bytes

/** Product of the sizes; NaN once it passes what a double counts exactly, even if a zero follows. */
function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const size of shape) {
    count *= size
    if (!Number.isSafeInteger(count)) return NaN
  }
  return count
}

function isSizes(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every(item => Number.isSafeInteger(item) && item >= 0 && !Object.is(item, -0))
}

function metadataJson(metadata: Readonly<Record<string, string>>): string {
  for (const [key, value] of Object.entries(metadata)) {
    checkName(key)
    if (hasLoneSurrogate(value))
      throw inputError(`metadata ${quote(key)}: is not well-formed text. Write another value.`)
  }
  return JSON.stringify(metadata)
}

function checkName(name: string): string {
  if (name !== '__metadata__' && name !== '__proto__' && !hasLoneSurrogate(name)) return name
  throw inputError(`tensor or metadata name ${quote(name)}: cannot be written. Choose another.`)
}
