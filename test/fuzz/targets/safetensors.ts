// safetensors files for the fuzzer, and the grammar and refusals that weights and checkpoints share with them.
// How files are changed and judged is ../harness.ts.
import { parseSafetensors, serializeSafetensors, type NamedTensor } from '../../../src/formats/safetensors.js'
import { rewriteJson, type FuzzTarget } from '../harness.js'
import { filled, hugeNumbers, joined, latin1, numbers, strangeNumbers } from './shared.js'

export const tensor = (name: string, shape: number[]): NamedTensor => ({
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

export const safetensorsGrammar = {
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

export const safetensorsRefusals = [
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

export const infos = [
  { dtype: 'F32', shape: [0], data_offsets: [0, 0] },
  { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
  { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
  { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
]
/** Nested beyond the reader's limit, and more dimensions than it takes. */
export const deep = [[[[[[[[[[[1]]]]]]]]]], Array<number>(9).fill(1)]
export const values = [
  ...[0, 1, 2, 3, 4, 8, 16, 24, -1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300, null, true, '', 'a', 'x', '0', '-1'],
  ...['F16', 'F32', 'F64', 'BF16', 'I8', 'vae', 'ae', '999999999', '2049', '1.5', 'encoder.0.weight', 'dtype', 'shape'],
  ...[[], {}, [0], [1], [0, 8], [8, 16], [4, 12], [0, 0], [1, 2], [9, 9], [2 ** 31, 2 ** 31], Array<number>(9).fill(1)],
  ...infos,
  ...deep,
]

export const safetensors: FuzzTarget = {
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
