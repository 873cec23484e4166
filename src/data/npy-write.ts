// Writing arrays as NumPy .npy bytes (version 1.0, little-endian, C order). Bytes only; which file they go to is the caller's business.

export type NpyArray = Uint8Array | Float32Array | Int32Array | BigInt64Array

function descrOf(values: NpyArray): string {
  if (values instanceof Uint8Array) return '|u1'
  if (values instanceof Float32Array) return '<f4'
  return values instanceof Int32Array ? '<i4' : '<i8'
}

/** Little-endian bytes of the values, swapped on a big-endian host. */
function littleEndianBytes(values: NpyArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 || values.BYTES_PER_ELEMENT === 1) return bytes
  const swapped = bytes.slice()
  for (let i = 0; i < swapped.length; i += values.BYTES_PER_ELEMENT)
    swapped.subarray(i, i + values.BYTES_PER_ELEMENT).reverse()
  return swapped
}

/** A whole .npy file. The values start at a multiple of 64 bytes, as NumPy writes them. */
export function encodeNpy(values: NpyArray, shape: readonly number[]): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length)
    throw new Error(`encodeNpy: ${values.length} values do not make shape (${shape.join(', ')})`)
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dict = `{'descr': '${descrOf(values)}', 'fortran_order': False, 'shape': ${tuple}, }`
  const total = Math.ceil((10 + dict.length + 1) / 64) * 64
  const header = dict.padEnd(total - 11) + '\n'
  const file = new Uint8Array(total + values.byteLength)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  file.set(new TextEncoder().encode(header), 10)
  file.set(littleEndianBytes(values), total)
  return file
}
