// The header of a NumPy .npy file: magic, version, and a Python dict literal, read by a tiny grammar (no eval) that knows just what
// NumPy writes. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. What the values mean is npy.ts.
import { inputError } from '../errors.js'
import { printable, quote, shorten } from '../quote.js'

export interface NpyHeader {
  /** NumPy's type code as written: byte order, kind, bytes, e.g. '<f4'. */
  readonly descr: string
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the values start, in bytes. */
  readonly dataOffset: number
}

/** NumPy's own limit (`max_header_size`): a longer header is hostile or broken, and is refused before it is read. */
export const headerLimit = 10_000
/** Magic, version and the longest length field. */
export const preambleLength = 12

/** Where the header text starts and ends, from the file's first bytes (`preambleLength` of them, or all). */
export function headerSpan(who: string, first: Uint8Array): { start: number; end: number; version: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY
  if (first.length < 10 || magic.some((byte, i) => first[i] !== byte))
    throw inputError(
      `${who}: not a .npy file (its first bytes are not \\x93NUMPY). Save the array with numpy.save, or convert an .npz with numpy.load.`,
    )
  const version = first[6]!
  if (version < 1 || version > 3 || first[7] !== 0)
    throw inputError(
      `${who}: .npy version is ${version}.${first[7]}, wanted 1.0, 2.0 or 3.0. Save it again with numpy.save.`,
    )
  const start = version === 1 ? 10 : 12
  if (first.length < start) throw truncated(who)
  const view = new DataView(first.buffer, first.byteOffset)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > headerLimit)
    throw inputError(
      `${who}: .npy header says it is ${length} bytes long, wanted ${headerLimit} or fewer. The file is damaged; save it again with numpy.save.`,
    )
  return { start, end: start + length, version }
}

export const truncated = (who: string) =>
  inputError(`${who}: the file ends inside its .npy header. It was cut off; copy or save it again.`)

/** Parses the header text, `bytes` being the file from its first byte to the end of the header at least. */
export function parseNpyHeader(who: string, bytes: Uint8Array): NpyHeader {
  const { start, end, version } = headerSpan(who, bytes)
  if (bytes.length < end) throw truncated(who)
  // Copied, because TextDecoder refuses shared memory.
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.slice(start, end))
  const entries = parseDict(who, text)
  const descr = entries.get('descr')
  const fortranOrder = entries.get('fortran_order')
  const shape = entries.get('shape')
  if (entries.size !== 3 || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape))
    throw inputError(
      `${who}: .npy header has keys ${printable(shorten(Array.from(entries.keys()).join(', ')))}, wanted descr (a simple type), fortran_order and shape. Save a plain array with numpy.save.`,
    )
  return { descr, fortranOrder, shape, dataOffset: end }
}

type Value = string | boolean | number[]

/** One token of the grammar; whitespace is skipped. Numbers may carry Python 2's L, but no zeros in front. */
const token = /\s*(?:('[^'\\]*'|"[^"\\]*")|(True|False)\b|(0|[1-9]\d*)L?|([{}():,]))/y

/** dict := '{' [string ':' value {',' string ':' value} [',']] '}', value := string | True | False | '(' [int {',' int} [',']] ')' */
function parseDict(who: string, text: string): Map<string, Value> {
  let position = 0
  const fail = (wanted: string) =>
    inputError(
      `${who}: .npy header is not a description NumPy writes: wanted ${wanted} at character ${position} of ${quote(text)}. Save it again with numpy.save (a plain array, no records).`,
    )
  const peek = () => {
    token.lastIndex = position
    return token.exec(text)
  }
  const take = (symbol: string) => {
    const found = peek()
    if (found?.[4] !== symbol) return false
    position = token.lastIndex
    return true
  }
  const expect = (symbol: string) => {
    if (!take(symbol)) throw fail(`'${symbol}'`)
  }
  const string = () => {
    const quoted = peek()?.[1]
    if (quoted === undefined) throw fail('a quoted name')
    position = token.lastIndex
    return quoted.slice(1, -1)
  }
  const dimensions = () => {
    const shape: number[] = []
    while (!take(')')) {
      const digits = peek()?.[3]
      const size = Number(digits)
      if (digits === undefined || !Number.isSafeInteger(size)) throw fail('a dimension below 2^53')
      position = token.lastIndex
      shape.push(size)
      if (shape.length > 32) throw fail('at most 32 dimensions')
      if (!take(',')) {
        // Python reads (3) as a number, not as a tuple.
        if (shape.length === 1) throw fail("','")
        expect(')')
        break
      }
    }
    return shape
  }
  const value = (): Value => {
    if (take('(')) return dimensions()
    const truth = peek()?.[2]
    if (truth === undefined) return string()
    position = token.lastIndex
    return truth === 'True'
  }

  const entries = new Map<string, Value>()
  expect('{')
  while (!take('}')) {
    const key = string()
    if (entries.has(key)) throw fail(`each key once, not '${key}' again,`)
    expect(':')
    entries.set(key, value())
    if (!take(',')) {
      expect('}')
      break
    }
  }
  if (text.slice(position).trim() !== '') throw fail('nothing more')
  return entries
}
