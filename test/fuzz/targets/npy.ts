// npy files for the fuzzer: arrays of images and of labels. How files are changed and judged is ../harness.ts.
import { readNpyImages, readNpyLabels } from '../../../src/data/npy.js'
import { memorySource } from '../../../src/input-file.js'
import type { FuzzTarget } from '../harness.js'
import { filled, hugeNumbers, joined, latin1, numbers, strangeNumbers } from './shared.js'

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)

function npyFile(text: string, values: Uint8Array, version = 1): Uint8Array {
  const length = new Uint8Array(version === 1 ? 2 : 4)
  for (let i = 0; i < length.length; i++) length[i] = (text.length >>> (8 * i)) & 255
  return joined(magic, Uint8Array.of(version, 0), length, latin1(text), values)
}

/** Bytes of values that a header asks for, or undefined where it cannot be told or is more than a test wants. */
function valuesOf(text: string): number | undefined {
  const shape = /\(([\d, L]*)\)/.exec(text)?.[1]
  const width = /[|<>][uif]([1248])'/.exec(text)?.[1]
  if (shape === undefined || width === undefined) return undefined
  const sizes = shape.split(',').filter(part => part.trim() !== '')
  const bytes = sizes.reduce((product, size) => product * Number.parseInt(size, 10), Number(width))
  return bytes <= 20_000 ? bytes : undefined
}

const npyText = (bytes: Uint8Array) => {
  const start = bytes[6] === 2 || bytes[6] === 3 ? 12 : 10
  const length = (bytes[8] ?? 0) | ((bytes[9] ?? 0) << 8)
  return [Math.min(start, bytes.length), Math.min(start + length, bytes.length)] as const
}

const npy = {
  words: [
    ...numbers,
    ...strangeNumbers,
    ...hugeNumbers,
    ...["'descr'", "'fortran_order'", "'shape'", "'x'", '"|u1"', "'|u1'", "'<f4'", "'>f4'", "'<f8'", "'<i8'", "'>u2'"],
    ...["'|O'", "'|V8'", "'<c8'", "'<U3'", "'>f2'", 'True', 'False', 'None', '()', '(1,)', '(2, 4, 5, 3)', '(4, 2, 5)'],
    ...[
      '(2, 3, 4, 5)',
      '(2, 4, 5, 4)',
      '(4, 5, 3)',
      `(${'1, '.repeat(40)})`,
      "'__proto__': (1,), ",
      '{',
      '}',
      '(',
      ')',
    ],
    ...[':', ',', '"', "'", '\\', '\n', '\x1b[2J', '#', "'descr': '|u1', ", ' '.repeat(300), '1L', 'lambda: 0'],
  ],
  text: npyText,
  assemble(bytes: Uint8Array, text: string, isFitting: boolean) {
    const [, end] = npyText(bytes)
    const wanted = isFitting ? valuesOf(text) : undefined
    const values = bytes.subarray(end)
    const fitting = wanted === undefined ? values : Uint8Array.from({ length: wanted }, (_, i) => values[i] ?? 0)
    return npyFile(text, fitting, [1, 2, 3].includes(bytes[6] ?? 0) ? bytes[6]! : 1)
  },
  mostSeconds: 5,
} as const

const npyHeaderRefusals = [
  /not a \.npy file/,
  /\.npy version is/,
  /header says it is \d+ bytes long/,
  /ends inside its \.npy header/,
  /header has keys/,
  /wanted '\{' at/,
  /wanted '\}' at/,
  /wanted ':' at/,
  /wanted ',' at/,
  /wanted '\)' at/,
  /wanted a quoted name at/,
  /wanted a dimension below/,
  /wanted at most 32 dimensions/,
  /wanted each key once/,
  /wanted nothing more/,
]

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`.padEnd(85) + '\n'

const floats = (count: number) => new Uint8Array(Float32Array.from({ length: count }, (_, i) => (i % 17) / 17).buffer)
const doubles = (count: number) => new Uint8Array(Float64Array.from({ length: count }, (_, i) => (i % 17) / 17).buffer)

/** Grey becomes RGB, three values for one. */
const isGrey = (bytes: Uint8Array) => {
  const text = Buffer.from(bytes.subarray(...npyText(bytes))).toString('latin1')
  return /\(\s*\d+L?\s*,\s*\d+L?\s*,\s*\d+L?\s*(,\s*1L?\s*)?,?\s*\)/.test(text)
}

const types = ['|u1', '<u1', '|i1', '<f4', '>f4', '<f8', '>f8', '<i8', '>u8', '<u2', '|O', '<f2', '<c8', '|S3']
const shapes = [
  ...[
    '(2, 4, 5, 3)',
    '(2, 4, 5)',
    '(2, 4, 5, 1)',
    '(1, 1, 1, 3)',
    '(2, 3, 4, 5)',
    '(2, 4, 5, 4)',
    '(4, 5, 3)',
    '(4, 5)',
  ],
  ...[
    '(0, 4, 5, 3)',
    '(2, 0, 5, 3)',
    '(6,)',
    '(6, 1)',
    '(6, 2)',
    '(7,)',
    '()',
    '(65536, 65536, 65536, 3)',
    `(${'1, '.repeat(40)})`,
    '(2, 4, 5, 2)',
  ],
]

const rewriteNpy: FuzzTarget['rewrite'] = (_, pick) =>
  header(types[pick(types.length)]!, shapes[pick(shapes.length)]!, pick(2) === 0 ? 'True' : 'False')

export const npyImages: FuzzTarget = {
  ...npy,
  name: 'npy images',
  rewrite: rewriteNpy,
  seeds: [
    npyFile(
      header('|u1', '(2, 4, 5, 3)'),
      filled(120, i => i),
    ),
    npyFile(header('<f4', '(2, 4, 5, 3)', 'True'), floats(120), 2),
    npyFile(header('>f8', '(2, 4, 5)'), new Uint8Array(320), 3),
    npyFile(header('<f8', '(1, 4, 5, 3)', 'True'), doubles(60)),
    npyFile(
      header('|u1', '(3, 5, 7, 1)', 'True'),
      filled(105, i => 255 - i),
    ),
    npyFile(header('<f4', '(1, 4, 5, 3)'), floats(60)),
  ],
  read: bytes => readNpyImages(memorySource('fuzz.npy', bytes)),
  refusals: [
    ...npyHeaderRefusals,
    /dtype is .*, wanted uint8/,
    /transpose\(0, 2, 3, 1\)/,
    /Drop the alpha channel/,
    /save image\[None\]/,
    /Reshape the array/,
    /at least one image with/,
    /bytes of values.*cut off/,
    /bytes of values.*appended/,
    /wanted 0 to 1 for floats\. If they lie in 0 to 255/,
    /wanted 0 to 1 for floats\. If they lie in -1 to 1/,
    /wanted 0 to 1 for floats\. Replace/,
  ],
  mostBytes: bytes => (isGrey(bytes) ? 5 : 2) * bytes.length,
}

const labelCount = 6
export const npyLabels: FuzzTarget = {
  ...npy,
  name: 'npy labels',
  rewrite: rewriteNpy,
  seeds: [
    npyFile(
      header('|u1', '(6,)'),
      filled(6, i => i),
    ),
    npyFile(header('<i8', '(6, 1)'), new Uint8Array(BigInt64Array.from([0n, 1n, 2n, -1n, 5n, 0n]).buffer), 2),
    npyFile(header('>i4', '(6,)', 'True'), new Uint8Array(24), 3),
    npyFile(header('>u2', '(6,)'), new Uint8Array(12)),
  ],
  words: [...npy.words, '(6,)', '(6, 1)', '6', "'>u8'", "'<u4'", "'|i1'"],
  read: bytes => readNpyLabels(memorySource('fuzz.npy', bytes), labelCount),
  refusals: [
    ...npyHeaderRefusals,
    /dtype is .*, wanted an integer type/,
    /one label for each image/,
    /bytes of values.*cut off/,
    /bytes of values.*appended/,
    /wanted an integer of 32 bits/,
  ],
  // A label of one byte takes four.
  mostBytes: bytes => 2 * bytes.length + 4 * labelCount,
}
