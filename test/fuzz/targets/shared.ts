// What the fuzz targets share: bytes from text and pieces, and numbers that fields of formats do not expect.
// Sits beside the targets, one file a format; how files are changed is ../harness.ts.
export const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** Pieces end to end. */
export const joined = (...parts: readonly Uint8Array[]) => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Numbers that overflow, wrap, are no integers or no numbers. */
export const numbers = ['0', '1', '2', '3', '4', '5', '255', '256', '65536', '2147483648', '4294967296', '4294967295']
export const strangeNumbers = ['-1', '-0', '1.5', '1e3', '1e999', '01', '9007199254740991', '9007199254740993']
export const hugeNumbers = ['18446744073709551615', '18446744073709551616', '9'.repeat(400), 'NaN', 'Infinity', '0x10']

/** `length` bytes. */
export const filled = (length: number, value: (i: number) => number) => Uint8Array.from({ length }, (_, i) => value(i))
