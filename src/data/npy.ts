// Strict reading of images and labels from NumPy .npy files. Our own reader, because npyjs 1.2.0 accepts truncated files, trailing
// bytes and negative shapes silently and returns Fortran order untransposed; it serves as an oracle in the tests.
// Nothing is allocated before header, shape and byte count agree, and then the pixels themselves and one buffer of 1 MiB at most.
// Header grammar: npy-header.ts; writing: npy-write.ts.
import { inputError } from '../errors.js'
import type { ByteSource } from '../input-file.js'
import { quote } from '../quote.js'
import { headerSpan, parseNpyHeader, preambleLength, type NpyHeader } from './npy-header.js'
import { sharedFloat32, sharedUint8 } from './pixels.js'

/** Images as read: RGB, channels last, over a SharedArrayBuffer. */
export interface NpyImages {
  readonly count: number
  readonly height: number
  readonly width: number
  /** [count, height, width, 3]; uint8 0 to 255, or float32 0 to 1. */
  readonly pixels: Uint8Array | Float32Array
}

/** Layout of the values in the file. */
interface Payload {
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  readonly type: ElementType
  readonly header: NpyHeader
}

/** One NumPy element type; `read` takes element i from a view of the raw bytes. */
interface ElementType {
  readonly bytes: number
  readonly read: (view: DataView, byteOffset: number) => number
}

const imageTypes: Readonly<Record<string, ElementType>> = {
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '>f4': { bytes: 4, read: (view, at) => view.getFloat32(at, false) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '>f8': { bytes: 8, read: (view, at) => view.getFloat64(at, false) },
}

const labelTypes: Readonly<Record<string, ElementType>> = {
  u1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  '<u2': { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  '>u2': { bytes: 2, read: (view, at) => view.getUint16(at, false) },
  '<i2': { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  '>i2': { bytes: 2, read: (view, at) => view.getInt16(at, false) },
  '<u4': { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  '>u4': { bytes: 4, read: (view, at) => view.getUint32(at, false) },
  '<i4': { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  '>i4': { bytes: 4, read: (view, at) => view.getInt32(at, false) },
  '<u8': { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  '>u8': { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, false)) },
  '<i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  '>i8': { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, false)) },
}

/** Byte order means nothing for one byte: '|u1', '<u1' and '>u1' are the same type. */
function elementType(types: Readonly<Record<string, ElementType>>, descr: string): ElementType | undefined {
  const key = /^[|<>]?[ui]1$/.test(descr) ? descr.slice(-2) : descr
  return Object.hasOwn(types, key) ? types[key] : undefined
}

const littleEndianHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

async function readHeader(source: ByteSource): Promise<NpyHeader> {
  const first = new Uint8Array(Math.min(source.size, preambleLength))
  await source.read(first, 0)
  const { end } = headerSpan(source.name, first)
  const whole = new Uint8Array(Math.min(source.size, end))
  await source.read(whole, 0)
  return parseNpyHeader(source.name, whole)
}

/** The type as written, where it is as short as NumPy's. */
const typeText = ({ descr }: NpyHeader) => (/^[\w|<>=]{1,16}$/.test(descr) ? descr : quote(descr))

const shapeText = (shape: readonly number[]) => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`

/** Refuses a file whose length is not exactly what shape and type say. The product may exceed 2^53; the comparison still holds. */
function checkByteCount(source: ByteSource, { shape, descr, dataOffset }: NpyHeader, type: ElementType) {
  const wanted = shape.reduce((product, size) => product * size, type.bytes)
  const found = source.size - dataOffset
  if (found !== wanted)
    throw inputError(
      `${source.name}: found ${found} bytes of values, wanted ${wanted} for shape ${shapeText(shape)} of type ${descr}. ` +
        (found < wanted
          ? 'The file was cut off; copy or save it again.'
          : 'The file has something appended; save it again.'),
    )
}

/** What an image array's shape says, or an error with the line of NumPy that mends it. */
function imageShape(who: string, shape: readonly number[]): Pick<Payload, 'count' | 'height' | 'width' | 'channels'> {
  const [count = 0, height = 0, width = 0, channels = 1] = shape
  const fail = (cure: string) =>
    inputError(
      `${who}: shape is ${shapeText(shape)}, wanted (N, H, W, 3) RGB, or (N, H, W) or (N, H, W, 1) grey. ${cure}`,
    )
  if (shape.length === 4 && height === 3 && channels !== 3 && channels !== 1)
    throw fail('Channels come last here: save images.transpose(0, 2, 3, 1).')
  if (shape.length === 4 && channels === 4) throw fail('Drop the alpha channel: save images[..., :3].')
  if (shape.length === 3 && (width === 3 || width === 1)) throw fail('If this is one image, save image[None].')
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3))
    throw fail('Reshape the array before saving it.')
  if (count === 0 || height === 0 || width === 0) throw fail('Save at least one image with at least one pixel.')
  return { count, height, width, channels }
}

/**
 * Reads images of type uint8 (0 to 255, kept as uint8), float32 or float64 (0 to 1, kept as float32), C or Fortran order, either byte
 * order; grey becomes RGB.
 * @throws EyesWasmError for anything else, naming the first bad image
 */
export async function readNpyImages(source: ByteSource): Promise<NpyImages> {
  const header = await readHeader(source)
  const type = elementType(imageTypes, header.descr)
  if (!type)
    throw inputError(
      `${source.name}: dtype is ${typeText(header)}, wanted uint8 (0 to 255), float32 or float64 (0 to 1). Save it with images.astype('uint8').`,
    )
  const payload: Payload = { ...imageShape(source.name, header.shape), type, header }
  checkByteCount(source, header, type)
  const { count, height, width, channels } = payload
  const kind = type.bytes === 1 ? 'uint8' : 'float32'
  const pixels = (kind === 'uint8' ? sharedUint8 : sharedFloat32)(source.name, count * height * width * 3)
  const asStored = channels === 3 && (!header.fortranOrder || count * height * width === 1)
  if (asStored && (kind === 'uint8' || (header.descr === '<f4' && littleEndianHost))) {
    await source.read(new Uint8Array(pixels.buffer), header.dataOffset)
    if (kind === 'float32') checkRange(source.name, pixels, height * width * 3)
  } else await convert(source, payload, pixels)
  return { count, height, width, pixels }
}

/** Bytes of the values that are held at once while they are converted, a multiple of every type's. */
export const chunkBytes = 1_048_576

/** Hands the file's values over in parts, in the order of the file: `first` is the index of a part's first element. */
async function forEachPart(
  source: ByteSource,
  { dataOffset }: NpyHeader,
  { bytes }: ElementType,
  receive: (values: DataView, first: number) => void,
) {
  const total = source.size - dataOffset
  const buffer = new Uint8Array(Math.min(chunkBytes, total))
  for (let at = 0; at < total; at += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, total - at))
    await source.read(part, dataOffset + at)
    receive(new DataView(part.buffer, 0, part.length), at / bytes)
  }
}

/** Puts the values in our layout: C order, RGB, the host's byte order. */
async function convert(source: ByteSource, payload: Payload, pixels: Uint8Array | Float32Array) {
  const { count, height, width, channels, type, header } = payload
  const inFileOrder = (values: readonly number[]) => (header.fortranOrder ? values : values.toReversed())
  // An odometer over the file's elements, its fastest wheel first, and how far each wheel's step goes in `pixels`.
  const sizes = inFileOrder([count, height, width, channels])
  const steps = inFileOrder([height * width * 3, width * 3, 3, 1])
  const imageWheel = header.fortranOrder ? 0 : 3
  const wheels = [0, 0, 0, 0]
  const copies = channels === 3 ? 1 : 3
  let bad = undefined as { readonly image: number; readonly value: number } | undefined
  let to = 0
  await forEachPart(source, header, type, values => {
    for (let at = 0; at < values.byteLength; at += type.bytes) {
      const value = type.read(values, at)
      const image = wheels[imageWheel]!
      // The first bad image counts, which in Fortran order need not come first.
      if (type.bytes !== 1 && !(value >= 0 && value <= 1) && !(bad && bad.image <= image)) bad = { image, value }
      for (let c = 0; c < copies; c++) pixels[to + c] = value
      for (let d = 0; d < 4; d++) {
        to += steps[d]!
        if (++wheels[d]! < sizes[d]!) break
        to -= steps[d]! * sizes[d]!
        wheels[d] = 0
      }
    }
  })
  if (bad) throw outOfRange(source.name, bad.image, bad.value)
}

/** Refuses float images that are not finite and within 0 to 1. */
function checkRange(who: string, pixels: Uint8Array | Float32Array, perImage: number) {
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!
    if (!(value >= 0 && value <= 1)) throw outOfRange(who, Math.floor(i / perImage), value)
  }
}

function outOfRange(who: string, image: number, value: number): Error {
  let cure = 'Replace such values before saving.'
  if (value > 1 && value <= 255) cure = 'If they lie in 0 to 255, divide by 255 or save uint8.'
  else if (value >= -1 && value < 0) cure = 'If they lie in -1 to 1, save (images + 1) / 2.'
  return inputError(`${who}: image ${image} holds the value ${value}, wanted 0 to 1 for floats. ${cure}`)
}

/**
 * Reads one label an image, of any integer type, shape (N,) or (N, 1).
 * @throws EyesWasmError unless there are `count` integers that fit 32 bits
 */
export async function readNpyLabels(source: ByteSource, count: number): Promise<Int32Array> {
  const header = await readHeader(source)
  const type = elementType(labelTypes, header.descr)
  if (!type)
    throw inputError(
      `${source.name}: dtype is ${typeText(header)}, wanted an integer type. Save labels.astype('int64').`,
    )
  const { shape } = header
  if (shape[0] !== count || shape.length > 2 || (shape[1] ?? 1) !== 1)
    throw inputError(
      `${source.name}: shape is ${shapeText(shape)}, wanted (${count},), one label for each image. Save the labels that belong to these images.`,
    )
  checkByteCount(source, header, type)
  const labels = new Int32Array(count)
  await forEachPart(source, header, type, (values, first) => {
    for (let at = 0, i = first; at < values.byteLength; at += type.bytes, i++) {
      const label = type.read(values, at)
      if (label !== (label | 0))
        throw inputError(
          `${source.name}: label ${i} is ${label}, wanted an integer of 32 bits. Number the classes from 0.`,
        )
      labels[i] = label
    }
  })
  return labels
}
