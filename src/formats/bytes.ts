// Bytes of numbers and pieces of bytes, for the formats that are written whole in memory. No format's own rules here.

/** Pieces end to end, in new memory. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Little-endian bytes of values: those very bytes, without a copy, where the machine has this order. For reading only. */
export function bytesOf(values: Float32Array | Float64Array): Uint8Array {
  if (isLittleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return values instanceof Float64Array ? doubleBytes(values) : floatBytes(values)
}

/** Little-endian bytes, whatever this machine's order. */
export function floatBytes(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(values.length * 4))
  for (let i = 0; i < values.length; i++) bytes.setFloat32(4 * i, values[i]!, true)
  return new Uint8Array(bytes.buffer)
}

/** The same for float64. */
function doubleBytes(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(values.length * 8))
  for (let i = 0; i < values.length; i++) bytes.setFloat64(8 * i, values[i]!, true)
  return new Uint8Array(bytes.buffer)
}
