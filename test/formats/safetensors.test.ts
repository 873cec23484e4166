// The safetensors reader against attacks and accidents, the writer against the reader, both against the stored PyTorch files.
// Attack cases carry the names that the safetensors project gives them in its own tests; the bytes are made here.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import {
  largestHeader,
  mostTensors,
  parseSafetensors,
  readSafetensors,
  serializeSafetensors,
  type NamedTensor,
} from '../../src/formats/safetensors.js'
import { countBytes } from '../support/count-bytes.js'

const referenceDir = process.env.EYES_REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')

/** A fresh seed each run, printed; EYES_TEST_SEED=<seed> runs the same cases again. */
const seed = Number(process.env.EYES_TEST_SEED ?? Math.floor(Math.random() * 0x7fffffff))
console.log(`safetensors property tests: seed ${seed} (EYES_TEST_SEED=${seed} npx vitest run test/formats)`)

/** A file from a header given as text (or bytes) and a data section of so many zero bytes. */
function fileOf(header: string | Uint8Array, dataBytes = 0, declared?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

const info = (shape: readonly (number | string)[], begin: number | string, end: number | string, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`

function refusal(bytes: Uint8Array): string {
  try {
    parseSafetensors(bytes, 'bad.safetensors')
  } catch (error) {
    expect(error).toBeInstanceOf(EyesWasmError)
    const { code, message } = error as EyesWasmError
    expect(code).toBe('INPUT')
    expect(message).toMatch(/^bad\.safetensors: /)
    return message
  }
  throw new Error('the file was accepted')
}

const tensor = (name: string, shape: number[], data: number[]): NamedTensor => ({
  name,
  dtype: 'F32',
  shape,
  data: Float32Array.from(data),
})

describe('attacks', () => {
  it('test_json_attack: many tensors over the same bytes', () => {
    const entries = Array.from({ length: 10 }, (_, i) => `"weight_${i}":${info([2, 2], 0, 16)}`)
    expect(refusal(fileOf(`{${entries.join(',')}}`, 16))).toContain('"weight_1" overlaps the tensor before it')
  })

  it('test_metadata_incomplete_buffer: bytes after the last tensor, and a cut-off file', () => {
    const header = `{"t":${info([2, 2], 0, 16)}}`
    expect(refusal(fileOf(header, 17))).toContain('tensors take 16 bytes, the file holds 17')
    expect(refusal(fileOf(header, 15))).toContain('cut off')
  })

  it('a hole between tensors', () => {
    expect(refusal(fileOf(`{"a":${info([1], 0, 4)},"b":${info([1], 8, 12)}}`, 12))).toContain('"b" leaves a hole')
    expect(refusal(fileOf(`{"a":${info([1], 4, 8)}}`, 8))).toContain('"a" leaves a hole')
  })

  it('test_header_too_large: before any allocation', () => {
    expect(refusal(fileOf('', 0, 0x7fffffffffffffffn))).toContain('9223372036854775807 bytes, at most 1048576')
    expect(refusal(fileOf('{}', 0, BigInt(largestHeader) + 1n))).toContain('1048577 bytes')
  })

  it('test_header_too_small', () => {
    expect(refusal(new Uint8Array(0))).toContain('0 bytes, too few')
    expect(refusal(new Uint8Array(7))).toContain('7 bytes, too few')
  })

  it('test_invalid_header_length: longer than the file', () => {
    expect(refusal(fileOf('', 0, 60n))).toContain('header of 60 bytes in a file of 8')
  })

  it('test_invalid_header_non_utf8', () => {
    expect(refusal(fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)))).toContain('not UTF-8')
    expect(refusal(fileOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)))).toContain('does not begin with')
  })

  it('test_invalid_header_not_json', () => {
    for (const json of [
      '{',
      '{"a"',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
      '{"a":01}',
      '{"a":[1,]}',
      '{}}',
      '{"\n":1}',
      '{"a":"\\x"}',
      '{"a":tru}',
    ])
      expect(refusal(fileOf(json)), json).toContain('the JSON header')
  })

  it('test_whitespace_padded_header and test_whitespace_start_padded_header', () => {
    expect(parseSafetensors(fileOf('{}      '), 'w').tensors.size).toBe(0)
    expect(refusal(fileOf(' {}'))).toContain('does not begin with "{"')
    expect(refusal(fileOf('[]'))).toContain('does not begin with "{"')
    expect(refusal(fileOf(''))).toContain('does not begin with "{"')
  })

  it('test_zero_sized_tensor and test_empty_shapes_allowed', () => {
    const empty = parseSafetensors(fileOf(`{"t":${info([2, 0], 0, 0)}}`), 'w').tensors.get('t')!
    expect(empty.data.length).toBe(0)
    const scalar = parseSafetensors(fileOf(`{"t":${info([], 0, 4)}}`, 4), 'w').tensors.get('t')!
    expect([...scalar.data]).toEqual([0])
  })

  it('test_invalid_info: shape and bytes disagree', () => {
    expect(refusal(fileOf(`{"t":${info([2, 2], 0, 4)}}`, 4))).toContain('shape [2, 2] of F32 takes 16 bytes')
    expect(refusal(fileOf(`{"t":${info([1], 4, 0)}}`, 4))).toContain('data_offsets [4, 0]')
  })

  it('test_validation_overflow: shapes whose product wraps', () => {
    expect(refusal(fileOf(`{"t":${info([2, '9007199254740991'], 0, 16)}}`, 16))).toContain('too large to count')
    expect(refusal(fileOf(`{"t":${info([1, '9007199254740991'], 0, 16)}}`, 16))).toContain('too large to count')
    expect(refusal(fileOf(`{"t":${info(['4294967296', '4294967296', 0], 0, 0)}}`))).toContain('too large to count')
    expect(refusal(fileOf(`{"t":${info(['18446744073709551616'], 0, 0)}}`))).toContain('no shape of whole numbers')
  })

  it('sizes that are not whole numbers', () => {
    for (const size of ['-1', '1.5', 'null', '"1"', '-0', '1e99'])
      expect(refusal(fileOf(`{"t":${info([size], 0, 4)}}`, 4)), size).toContain('no shape of whole numbers')
    for (const begin of ['-4', 'null', '0.5'])
      expect(refusal(fileOf(`{"t":${info([1], begin, 4)}}`, 4)), begin).toContain(
        'no data_offsets of two whole numbers',
      )
    expect(refusal(fileOf(`{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4))).toContain('data_offsets')
  })

  it('duplicate keys, which JSON.parse hides', () => {
    const one = `"t":${info([1], 0, 4)}`
    expect(refusal(fileOf(`{${one},${one}}`, 4))).toContain('gives the key "t" twice')
    expect(refusal(fileOf(`{${one},"\\u0074":${info([1], 0, 4)}}`, 4))).toContain('gives the key "t" twice')
    expect(refusal(fileOf(`{"t":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4))).toContain(
      '"dtype" twice',
    )
    expect(refusal(fileOf('{"__metadata__":{"a":"1","a":"2"}}'))).toContain('"a" twice')
  })

  it('__proto__ as tensor, field or metadata', () => {
    expect(refusal(fileOf(`{"__proto__":${info([1], 0, 4)}}`, 4))).toContain('"__proto__"')
    expect(refusal(fileOf('{"__metadata__":{"__proto__":"x"}}'))).toContain('"__proto__"')
    expect(refusal(fileOf(`{"t":{"\\u005f_proto__":{}}}`))).toContain('"__proto__"')
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('fields of a wrong kind', () => {
    expect(refusal(fileOf('{"t":1}'))).toContain('not described by an object')
    expect(refusal(fileOf('{"t":[]}'))).toContain('not described by an object')
    expect(refusal(fileOf('{"t":{}}'))).toContain('has no dtype')
    expect(refusal(fileOf('{"t":{"dtype":"F32"}}'))).toContain('no shape')
    expect(refusal(fileOf('{"t":{"dtype":"F32","evil":1}}'))).toContain('unknown field "evil"')
    expect(refusal(fileOf(`{"t":${info([1], 0, 8, 'I64')}}`, 8))).toContain('dtype "I64", wanted F32')
    expect(refusal(fileOf(`{"t":${info([1], 0, 8, 'toString')}}`, 8))).toContain('dtype "toString"')
    expect(refusal(fileOf('{"__metadata__":{"a":1}}'))).toContain('not an object of strings')
    expect(refusal(fileOf('{"__metadata__":null}'))).toContain('not an object of strings')
  })

  it('headers made to exhaust the stack, or half a surrogate pair', () => {
    expect(refusal(fileOf(`{"a":${'['.repeat(100_000)}`))).toContain('nested too deeply')
    expect(refusal(fileOf(`{"${'\\'.repeat(1_000_000)}`))).toContain('malformed string')
    expect(refusal(fileOf(`{"${'a'.repeat(1_000_000)}`))).toContain('malformed string')
    expect(refusal(fileOf('{"\\ud800":1}'))).toContain('malformed string')
  })

  it('more tensors or dimensions than any model of ours, which would take more memory than the file', () => {
    const many = (count: number) =>
      fileOf(`{${Array.from({ length: count }, (_, i) => `"${i}":${info([0], 0, 0)}`).join(',')}}`)
    expect(parseSafetensors(many(mostTensors), 'w').tensors.size).toBe(mostTensors)
    expect(refusal(many(mostTensors + 1))).toContain('names 1025 tensors, at most 1024')
    for (const many of ['{},', '0,', '[],', '"",'])
      expect(refusal(fileOf(`{"t":[${many.repeat(200_000)}0]}`))).toContain('holds more than 16384 values')
    const ones = (count: number) => info(Array<number>(count).fill(1), 0, 4)
    expect(parseSafetensors(fileOf(`{"t":${ones(8)}}`, 4), 'w').tensors.size).toBe(1)
    expect(refusal(fileOf(`{"t":${ones(9)}}`, 4))).toContain('has 9 dimensions, at most 8')
  })

  it('control characters in a name do not reach the terminal', () => {
    expect(refusal(fileOf('{"a\\u001b[2Jb":1}'))).not.toContain('\u001b')
  })
})

describe('dtypes', () => {
  const data = (header: string, write: (view: DataView) => void, bytes: number) => {
    const file = fileOf(header, bytes)
    write(new DataView(file.buffer, file.length - bytes))
    return [...parseSafetensors(file, 'w').tensors.get('t')!.data]
  }

  it('converts F64, F16 and BF16 exactly where float32 can hold them', () => {
    const f64 = data(
      `{"t":${info([2], 0, 16, 'F64')}}`,
      view => {
        view.setFloat64(0, -0.1, true)
        view.setFloat64(8, 3, true)
      },
      16,
    )
    expect(f64).toEqual([Math.fround(-0.1), 3])
    const halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x3555, 0x7c00, 0xfc00]
    const f16 = data(
      `{"t":${info([halves.length], 0, halves.length * 2, 'F16')}}`,
      view => {
        halves.forEach((bits, i) => view.setUint16(i * 2, bits, true))
      },
      halves.length * 2,
    )
    const smallest = 5.960464477539063e-8
    expect(f16).toEqual([
      0,
      -0,
      1,
      -2,
      65504,
      0.00006103515625,
      smallest,
      -1023 * smallest,
      0.333251953125,
      Infinity,
      -Infinity,
    ])
    const bf16 = data(
      `{"t":${info([3], 0, 6, 'BF16')}}`,
      view => {
        ;[0x3f80, 0xc049, 0x7f80].forEach((bits, i) => view.setUint16(i * 2, bits, true))
      },
      6,
    )
    expect(bf16).toEqual([1, -3.140625, Infinity])
  })
})

describe('writer', () => {
  it('writes known bytes', () => {
    const bytes = serializeSafetensors([tensor('a', [2], [1, -2])], { format: 'pt' })
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    const json = new TextDecoder().decode(bytes.subarray(8, 8 + length))
    expect(json.trimEnd()).toBe('{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}')
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  it('keeps the order given, even for names that look like array indices', () => {
    const bytes = serializeSafetensors([tensor('b', [1], [1]), tensor('7', [1], [2]), tensor('a', [1], [3])])
    expect([...parseSafetensors(bytes, 'w').tensors.keys()]).toEqual(['b', '7', 'a'])
  })

  it('refuses what a strict reader would refuse', () => {
    const one = (name: string) => tensor(name, [1], [1])
    expect(() => serializeSafetensors([one('a'), one('a')])).toThrow('given twice')
    for (const name of ['__metadata__', '__proto__', '\ud800'])
      expect(() => serializeSafetensors([one(name)])).toThrow('cannot be written')
    expect(() => serializeSafetensors([], { a: '\udc00' })).toThrow('well-formed')
    expect(() => serializeSafetensors([tensor('a', [2, 2], [1])])).toThrow('shape [2, 2] with 1 values')
    expect(() => serializeSafetensors([], { a: 'x'.repeat(largestHeader) })).toThrow('at most 1048576')
  })
})

const name = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter(text => text !== '__proto__' && text !== '__metadata__')
const anyTensor = fc.tuple(name, fc.array(fc.nat(4), { maxLength: 4 })).chain(([label, shape]) => {
  const length = shape.reduce((a, b) => a * b, 1)
  return fc
    .float32Array({ minLength: length, maxLength: length })
    .map((data): NamedTensor => ({ name: label, dtype: 'F32', shape, data }))
})
const files = fc.record({
  tensors: fc.uniqueArray(anyTensor, { selector: each => each.name, maxLength: 5 }),
  metadata: fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 4, noNullPrototype: true }),
})

describe('properties', () => {
  it('what is written is read back', () => {
    fc.assert(
      fc.property(files, ({ tensors, metadata }) => {
        const read = parseSafetensors(serializeSafetensors(tensors, metadata), 'w')
        expect(read.metadata).toEqual(metadata)
        expect([...read.tensors.values()]).toEqual(tensors)
      }),
      { seed, numRuns: 200 },
    )
  })

  it('a changed, cut or extended file is read or refused as INPUT, never anything else', () => {
    const outcomes = { read: 0, refused: 0 }
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 })
    fc.assert(
      fc.property(files, changes, fc.integer({ min: -9, max: 9 }), ({ tensors, metadata }, edits, grow) => {
        const file = serializeSafetensors(tensors, metadata)
        const bytes = new Uint8Array(Math.max(0, file.length + grow))
        bytes.set(file.subarray(0, bytes.length))
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value
        try {
          parseSafetensors(bytes, 'w')
          outcomes.read++
        } catch (error) {
          if (!(error instanceof EyesWasmError) || error.code !== 'INPUT') throw error
          outcomes.refused++
        }
      }),
      { seed, numRuns: 2000 },
    )
    expect(outcomes.read).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(200)
  })
})

describe('files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reads what it wrote, and names the path of what it cannot read', async () => {
    const path = join(folder, 'a.safetensors')
    await writeFile(path, serializeSafetensors([tensor('a', [2], [1, 2])], { k: 'v' }))
    const { tensors, metadata } = await readSafetensors(path)
    expect([[...tensors.values()], metadata]).toEqual([[tensor('a', [2], [1, 2])], { k: 'v' }])
    await writeFile(path, fileOf('{}', 1))
    await expect(readSafetensors(path)).rejects.toThrow(`${path}: tensors take 0 bytes, the file holds 1`)
    await writeFile(path, 'short')
    await expect(readSafetensors(path)).rejects.toThrow('too few')
    for (const missing of [join(folder, 'none'), folder])
      await expect(readSafetensors(missing)).rejects.toMatchObject({
        code: 'INPUT',
        message: expect.stringContaining(missing) as string,
      })
  })

  it('reads values in parts, with little more memory than the tensors', async () => {
    // F16 and F32 side by side, both of several parts, neither ending where one does.
    const [halves, floats] = [1_300_001, 700_003]
    const header = `{"f":${info([floats], halves * 2, halves * 2 + floats * 4)},"h":${info([halves], 0, halves * 2, 'F16')}}`
    const file = fileOf(header, halves * 2 + floats * 4)
    const view = new DataView(file.buffer, 8 + header.length)
    for (let i = 0; i < halves; i++) view.setUint16(i * 2, i % 0x7c00, true)
    for (let i = 0; i < floats; i++) view.setFloat32(halves * 2 + i * 4, i / 3, true)
    const path = join(folder, 'large.safetensors')
    await writeFile(path, file)
    let read: Awaited<ReturnType<typeof readSafetensors>> | undefined
    const taken = await countBytes(async () => {
      read = await readSafetensors(path)
    })
    const whole = parseSafetensors(file, 'w')
    for (const [name, { data }] of whole.tensors) {
      const found = read!.tensors.get(name)!.data
      expect(Buffer.compare(Buffer.from(found.buffer), Buffer.from(data.buffer)), name).toBe(0)
    }
    expect([...read!.tensors.keys()]).toEqual(['f', 'h'])
    expect(read!.tensors.get('f')!.data[floats - 1]).toBe(Math.fround((floats - 1) / 3))
    expect(taken).toBeLessThan((halves + floats) * 4 + 1_048_576 + 1000)
  })

  it('reads every stored PyTorch file', async () => {
    const names = (await readdir(referenceDir)).filter(file => file.endsWith('.safetensors'))
    expect(names.length, `safetensors in ${referenceDir}`).toBeGreaterThan(0)
    for (const file of names) {
      const { tensors } = await readSafetensors(join(referenceDir, file))
      expect(tensors.size).toBeGreaterThan(0)
      for (const { data } of tensors.values()) expect(data.every(Number.isFinite)).toBe(true)
    }
  })
})
