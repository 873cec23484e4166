// What is fuzzed: each reader of strangers' files with whole files to start from, the words of its grammar, and every refusal it knows.
// A new reader becomes one more object in `parsers`. How files are changed and judged is harness.ts.
import { crc32 } from 'node:zlib'
import { decodeImage } from '../../src/data/decode-image.js'
import { readNpyImages, readNpyLabels } from '../../src/data/npy.js'
import { EyesWasmError } from '../../src/errors.js'
import { fromTorch, toTorch } from '../../src/formats/pytorch.js'
import { parseSafetensors, serializeSafetensors, type NamedTensor } from '../../src/formats/safetensors.js'
import { memorySource } from '../../src/input-file.js'
import { layerSpecs, parameterCount, parameterSpecs, specFromShapes } from '../../src/models/geometry.js'
import { parseRunConfig } from '../../src/training/run-config.js'
import { bombs, wholeImages } from '../support/broken-images.js'
import { rewriteJson, type FuzzTarget } from './harness.js'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

/** Numbers that overflow, wrap, are no integers or no numbers. */
const numbers = ['0', '1', '2', '3', '4', '5', '255', '256', '65536', '2147483648', '4294967296', '4294967295']
const strangeNumbers = ['-1', '-0', '1.5', '1e3', '1e999', '01', '9007199254740991', '9007199254740993']
const hugeNumbers = ['18446744073709551615', '18446744073709551616', '9'.repeat(400), 'NaN', 'Infinity', '0x10']

// ---- npy

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

const filled = (length: number, value: (i: number) => number) => Uint8Array.from({ length }, (_, i) => value(i))
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

const npyImages: FuzzTarget = {
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
const npyLabels: FuzzTarget = {
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

// ---- safetensors

const tensor = (name: string, shape: number[]): NamedTensor => ({
  name,
  dtype: 'F32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 8),
})

/** A file around a header as text. */
function safetensorsFile(text: string, values: Uint8Array): Uint8Array {
  const json = latin1(text)
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true)
  return joined(length, json, values)
}

const safetensorsText = (bytes: Uint8Array) => {
  const length = bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  return [Math.min(8, bytes.length), Math.min(8 + length, bytes.length)] as const
}

const safetensorsGrammar = {
  words: [
    ...numbers,
    ...strangeNumbers,
    ...hugeNumbers,
    ...['"dtype"', '"shape"', '"data_offsets"', '"__metadata__"', '"__proto__"', '"F32"', '"F64"', '"F16"', '"BF16"'],
    ...['"I64"', '"BOOL"', '""', '"a"', '"b"', '"\\u0061"', '"\\ud800"', '"\\', 'null', 'true', 'false', '{}', '[]'],
    ...['{"a":1}', '[0,4]', '[0,8]', '[8,0]', '[0,0]', '[1,1]', `[${'1,'.repeat(9)}1]`, '{', '}', '[', ']', ':', ','],
    ...['['.repeat(60), '{"a":'.repeat(20), ',"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}', '\x1b[2J', '\xff'],
  ],
  text: safetensorsText,
  rewrite: (text: string, pick: (count: number) => number) => rewriteJson(text, pick, values),
  assemble(bytes: Uint8Array, text: string) {
    return safetensorsFile(text, bytes.subarray(safetensorsText(bytes)[1]))
  },
  // F16 and BF16 become float32.
  mostBytes: (bytes: Uint8Array) => 2 * bytes.length,
  mostSeconds: 5,
}

const safetensorsRefusals = [
  /too few for a safetensors file/,
  /header of \d+ bytes, at most/,
  /header of \d+ bytes in a file of/,
  /header is not UTF-8/,
  /does not begin with "\{"/,
  /is nested too deeply/,
  /JSON header is not JSON/,
  /goes on after its end/,
  /lacks a key in quotes/,
  /lacks a "[,:[\]{}]"/,
  /uses the key "__proto__"/,
  /gives the key .* twice/,
  /has a malformed string/,
  /is not described by an object/,
  /has the unknown field/,
  /has no dtype/,
  /has dtype .*, wanted F32/,
  /has no shape of whole numbers/,
  /dimensions, at most 8/,
  /has no data_offsets of two/,
  /has a shape too large to count/,
  /has data_offsets .*, but shape/,
  /overlaps the tensor before it/,
  /leaves a hole before it/,
  /It is cut off/,
  /Something was added/,
  /not an object of strings/,
]

const infos = [
  { dtype: 'F32', shape: [0], data_offsets: [0, 0] },
  { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
  { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
  { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
]
/** Nested beyond the reader's limit, and more dimensions than it takes. */
const deep = [[[[[[[[[[[1]]]]]]]]]], Array<number>(9).fill(1)]
const values = [
  ...[0, 1, 2, 3, 4, 8, 16, 24, -1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300, null, true, '', 'a', 'x', '0', '-1'],
  ...['F16', 'F32', 'F64', 'BF16', 'I8', 'vae', 'ae', '999999999', '2049', '1.5', 'encoder.0.weight', 'dtype', 'shape'],
  ...[[], {}, [0], [1], [0, 8], [8, 16], [4, 12], [0, 0], [1, 2], [9, 9], [2 ** 31, 2 ** 31], Array<number>(9).fill(1)],
  ...infos,
  ...deep,
]

const safetensors: FuzzTarget = {
  ...safetensorsGrammar,
  name: 'safetensors',
  seeds: [
    serializeSafetensors([tensor('a', [2, 3]), tensor('b', []), tensor('c', [0])], { format: 'pt' }),
    serializeSafetensors([tensor('many', [1000])]),
    safetensorsFile(
      '{"__metadata__":{"a":"b"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
      filled(16, i => i * 15),
    ),
    safetensorsFile(
      '{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}',
      filled(8, i => i * 30),
    ),
    safetensorsFile(
      '{"b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]}}',
      filled(16, i => i * 15),
    ),
  ],
  read: bytes => parseSafetensors(bytes, 'fuzz'),
  refusals: safetensorsRefusals,
}

const spec = { kind: 'ae', kernel: 1, stride: 1, padding: 0, height: 12, width: 12 } as const
const parameters = parameterSpecs(layerSpecs(spec))

/** A small model's file, with other metadata and more tensors. */
const weightsBytes = (metadata: Readonly<Record<string, string>>, more: readonly NamedTensor[] = []) =>
  serializeSafetensors([...toTorch(new Float32Array(parameterCount(parameters)).fill(0.5), parameters), ...more], {
    format: 'pt',
    model: 'ae',
    kernel: '1',
    stride: '1',
    padding: '0',
    height: '12',
    width: '12',
    ...metadata,
  })

const weightValues = [
  ...[
    '0',
    '1',
    '5',
    '-1',
    '2049',
    '999999999',
    '1.5',
    'vae',
    'ae',
    'x',
    'F64',
    'enc_out_1.0.weight',
    'decoder.6.weight',
  ],
  ...[1, null, {}, [12], [3], [0, 48], [12, 3, 2, 2], [12, 3, 1, 1], infos[0]!],
  ...deep,
]

/** Weights files as `evaluate` takes them: safetensors, then names, shapes and values of a model. */
const weights: FuzzTarget = {
  ...safetensorsGrammar,
  name: 'weights',
  seeds: [weightsBytes({})],
  rewrite: (text, pick) => rewriteJson(text, pick, weightValues),
  others: [
    serializeSafetensors([tensor('layer.weight', [2])]),
    serializeSafetensors([tensor('encoder.0.weight', [12, 3])]),
    weightsBytes({ stride: '2' }),
    weightsBytes({}, [tensor('more', [1])]),
  ],
  words: [
    ...safetensorsGrammar.words,
    ...['"kernel"', '"stride"', '"model"', '"vae"', '"0"', '"-1"', '"1e9"', '"999999999"', '"decoder.6.weight"'],
    ...['"encoder.0.weight"', '"decoder.0.bias"', '"enc_out_1.0.weight"', '"height"', '"2049"', '[12,3,1,1]', '[12]'],
  ],
  read(bytes) {
    const { tensors, metadata } = parseSafetensors(bytes, 'fuzz')
    const found = specFromShapes(new Map([...tensors].map(([name, { shape }]) => [name, shape])), { metadata }, 'fuzz')
    return fromTorch(tensors, parameterSpecs(layerSpecs(found)), 'fuzz')
  },
  refusals: [
    ...safetensorsRefusals.filter(({ source }) => !/too few|cut off|too large|added|dimensions/.test(source)),
    /too few|It is cut off|Something was added|too large to|dimensions, at most/,
    /tensor .* is missing/,
    /has shape .*, wanted/,
    /is not part of the model/,
    /wanted finite numbers/,
    /wanted an autoencoder's or VAE's/,
    /its tensors and metadata say/,
    /does not say the/,
    /metadata ".*" is/,
    /: (height|width|kernel|stride|padding): is|: (encoder|decoder|enc_out)\S* \(Conv/,
  ],
  // The tensors, and the model's own parameters.
  mostBytes: bytes => 3 * bytes.length + 65_536,
}

// ---- config.json

const configOptions =
  '{"model":"ae","kernel":3,"stride":1,"padding":1,"epochs":2,"batch":8,"lr":0.001,"loss":"mse","klWeight":1,"seed":0,"threads":1,' +
  '"data":null,"onBadImage":"fail","limit":null,"init":null,"shuffle":true,"height":50,"width":50}'

const config: FuzzTarget = {
  name: 'config.json',
  seeds: [
    latin1(
      `{"format":"eyes-wasm run","formatVersion":1,"options":${configOptions},"data":{"source":"generated eyes","count":4,"sha256":"${'0a'.repeat(32)}"},"initSha256":null}`,
    ),
    latin1(
      `{"format":"eyes-wasm run","formatVersion":1,"options":{"lr":1,"init":null,"shuffle":true,"height":50,"width":50},"data":{"sha256":"${'b1'.repeat(32)}"},"initSha256":null}`,
    ),
  ],
  words: [
    ...numbers,
    ...strangeNumbers,
    ...hugeNumbers,
    ...['"model"', '"vae"', '"gan"', '"kernel"', '"lr"', '"data"', '"options"', '"__proto__"', '"toString"', '"size"'],
    ...['null', 'true', '{}', '[]', '{"toString":1,"valueOf":2}', '['.repeat(60), '"\\u001b[2J"', '""', '{', '}', ':'],
  ],
  text: bytes => [0, bytes.length],
  rewrite: (text, pick) => rewriteJson(text, pick, values),
  assemble: (_, text) => latin1(text),
  read: bytes => {
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      throw new EyesWasmError('INPUT', 'is not text')
    }
    return parseRunConfig('fuzz', text)
  },
  refusals: [
    /is not text/,
    /is not JSON.*\(fuzz: it (is|has|lacks|gives|uses|goes)/,
    /holds no JSON object/,
    /: format is/,
    /'options' or 'data' is missing/,
    /wanted a SHA-256/,
    /no such option/,
    /found .*, wanted a whole number/,
    /found .*, wanted a number/,
    /found .*, wanted a path/,
    /found .*, wanted true or false/,
    /found .*, wanted \w+ or \w+/,
  ],
  mostBytes: bytes => 2 * bytes.length,
  mostSeconds: 5,
}

// ---- Images

const png = latin1('\x89PNG\r\n\x1a\n')

/** Right checksums for a PNG's chunks, as far as their lengths can be believed; any other file as it is. */
function repairPng(bytes: Uint8Array): Uint8Array {
  if (!png.every((byte, i) => bytes[i] === byte)) return bytes
  const repaired = bytes.slice()
  const view = new DataView(repaired.buffer)
  for (let at = png.length; at + 12 <= repaired.length;) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > repaired.length) break
    view.setUint32(end, crc32(repaired.subarray(at + 4, end)))
    at = end + 4
  }
  return repaired
}

/** Image files through the real decoder. */
export async function imageTarget(): Promise<FuzzTarget> {
  const { ppm, ...whole } = await wholeImages()
  const tooLarge = (await bombs()).filter(({ expected }) => expected instanceof RegExp).map(({ bytes }) => bytes)
  const formats = ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF']
  return {
    name: 'images',
    seeds: Object.values(whole),
    others: [ppm, ...tooLarge],
    words: [],
    repair: repairPng,
    async read(bytes) {
      const found = await decodeImage(bytes, { height: 50, width: 50 })
      if ('problem' in found) throw new EyesWasmError('INPUT', found.problem)
      if (found.length !== 7500) throw new Error(`decoded to ${found.length} values`)
    },
    refusals: [
      ...formats.map(format => new RegExp(`cannot be decoded \\(${format}: `)),
      /no image format known/,
      /pixels, wanted at most/,
      /is empty|is an SVG drawing|HEIC or another/,
    ],
    // No mostBytes: the decoder has its memory from WebAssembly, bounded by the pixel limit.
    mostSeconds: 10,
  }
}

/** Each with its number of files in `npm test`. */
export const parsers: readonly (readonly [target: FuzzTarget, runs: number])[] = [
  [npyImages, 100_000],
  [npyLabels, 20_000],
  [safetensors, 100_000],
  [weights, 100_000],
  [config, 20_000],
]
