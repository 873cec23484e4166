// Numbers of 16 bits, which other programs write, as doubles: exact. We write none.

const scratch = new DataView(new ArrayBuffer(4))

/** bfloat16 is the upper half of a float32. */
export function bfloatToNumber(view: DataView, at: number): number {
  scratch.setUint16(0, view.getUint16(at, true))
  return scratch.getFloat32(0)
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  // A power of two as a ratio of integers, both exact.
  if (exponent === 0) return (sign * fraction) / 0x1000000
  return (sign * (1024 + fraction) * (1 << exponent)) / 0x2000000
}
