// The strict .npy reader: every type, order and version it promises, npyjs as an oracle, each refusal by its message. Changed files are test/fuzz.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'npyjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chunkBytes, readNpyImages, readNpyLabels } from '../../src/data/npy.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { sha256Of } from '../../src/data/pixels.js'
import { EyesWasmError } from '../../src/errors.js'
import { memorySource, withFile } from '../../src/input-file.js'
import { countBytes } from '../support/count-bytes.js'

/** Bytes of one element for each type code. */
const writers: Record<string, [bytes: number, write: (view: DataView, at: number, value: number) => void]> = {
  '|u1': [1, (v, at, x) => v.setUint8(at, x)],
  '<u1': [1, (v, at, x) => v.setUint8(at, x)],
  '|i1': [1, (v, at, x) => v.setInt8(at, x)],
  '<u2': [2, (v, at, x) => v.setUint16(at, x, true)],
  '>i2': [2, (v, at, x) => v.setInt16(at, x, false)],
  '>u4': [4, (v, at, x) => v.setUint32(at, x, false)],
  '<i4': [4, (v, at, x) => v.setInt32(at, x, true)],
  '<i8': [8, (v, at, x) => v.setBigInt64(at, BigInt(x), true)],
  '>i8': [8, (v, at, x) => v.setBigInt64(at, BigInt(x), false)],
  '<u8': [8, (v, at, x) => v.setBigUint64(at, BigInt(x), true)],
  '<f4': [4, (v, at, x) => v.setFloat32(at, x, true)],
  '>f4': [4, (v, at, x) => v.setFloat32(at, x, false)],
  '<f8': [8, (v, at, x) => v.setFloat64(at, x, true)],
  '>f8': [8, (v, at, x) => v.setFloat64(at, x, false)],
}

interface FileSpec {
  descr: string
  shape: readonly number[]
  fortran?: boolean
  version?: 1 | 2 | 3
  /** Replaces the header text. */
  header?: string
}

/** An .npy file independent of src/data/npy-write.ts; `at` gives the value at C-order index i. */
function npyFile(
  { descr, shape, fortran = false, version = 1, header }: FileSpec,
  at: (i: number) => number,
): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const text =
    header ??
    `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`.padEnd(101) + '\n'
  const start = version === 1 ? 10 : 12
  const [size, write] = writers[descr]!
  const length = shape.reduce((a, b) => a * b, 1)
  const bytes = new Uint8Array(start + text.length + length * size)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, ...Array.from('NUMPY', c => c.charCodeAt(0)), version, 0])
  if (version === 1) view.setUint16(8, text.length, true)
  else view.setUint32(8, text.length, true)
  bytes.set(new TextEncoder().encode(text), start)
  for (let i = 0; i < length; i++)
    write(view, start + text.length + (fortran ? fortranIndex(i, shape) : i) * size, at(i))
  return bytes
}

/** Position in Fortran order of the element at C-order index i. */
function fortranIndex(i: number, shape: readonly number[]): number {
  const index = shape.map(() => 0)
  for (let d = shape.length - 1; d >= 0; d--) {
    index[d] = i % shape[d]!
    i = Math.floor(i / shape[d]!)
  }
  return index.reduceRight((position, k, d) => position * shape[d]! + k, 0)
}

const readImages = (bytes: Uint8Array) => readNpyImages(memorySource('test.npy', bytes))
const readLabels = (bytes: Uint8Array, count: number) => readNpyLabels(memorySource('label.npy', bytes), count)
const shape = [2, 4, 5, 3] as const
const byteAt = (i: number) => (i * 7 + 3) % 256
const unitAt = (i: number) => ((i * 13 + 1) % 101) / 101
const all = Array.from({ length: 120 }, (_, i) => i)

describe('images', () => {
  const versions = [1, 2, 3] as const
  const cases = ['|u1', '<u1', '<f4', '>f4', '<f8', '>f8'].flatMap(descr =>
    [false, true].flatMap(fortran => versions.map(version => ({ descr, fortran, version }))),
  )

  it.each(cases)('$descr, Fortran order $fortran, version $version', async ({ descr, fortran, version }) => {
    const at = descr.endsWith('u1') ? byteAt : unitAt
    const images = await readImages(npyFile({ descr, shape, fortran, version }, at))
    expect(images).toMatchObject({ count: 2, height: 4, width: 5 })
    expect(images.pixels.constructor).toBe(descr.endsWith('u1') ? Uint8Array : Float32Array)
    expect(images.pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
    const exact = descr.endsWith('u1') ? (x: number) => x : Math.fround
    expect([...images.pixels]).toEqual(all.map(i => exact(at(i))))
  })

  it.each([
    ['(N, H, W)', [2, 4, 5]],
    ['(N, H, W, 1)', [2, 4, 5, 1]],
  ])('grey %s becomes RGB', async (_, greyShape) => {
    for (const fortran of [false, true]) {
      const { pixels, count, height, width } = await readImages(
        npyFile({ descr: '|u1', shape: greyShape, fortran }, byteAt),
      )
      expect([count, height, width]).toEqual([2, 4, 5])
      expect([...pixels]).toEqual(all.map(i => byteAt(Math.floor(i / 3))))
    }
  })

  it('agrees with npyjs', async () => {
    for (const descr of ['|u1', '<f4']) {
      const bytes = npyFile({ descr, shape }, descr === '|u1' ? byteAt : unitAt)
      const theirs = parse(bytes.slice().buffer)
      expect(theirs.shape).toEqual([...shape])
      expect([...(await readImages(bytes)).pixels]).toEqual(Array.from(theirs.data as Uint8Array | Float32Array))
    }
  })

  it.each([
    ['Python 2 lengths and other spacing', `{"shape":(2L,4L , 5L,3L),'descr' : '|u1', 'fortran_order':False}\n`],
    ['trailing commas', `{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4, 5, 3,),}\n`],
  ])('reads %s', async (_, header) => {
    expect([...(await readImages(npyFile({ descr: '|u1', shape, header }, byteAt))).pixels]).toEqual(all.map(byteAt))
  })
})

describe('large files, read in parts', () => {
  // Odd sizes, so that no row or image ends where a part does.
  const large = [67, 101, 53] as const
  const bytes = (width: number) => 67 * 101 * 53 * 3 * width
  it.each([
    ['<f8', false, 0.5],
    ['<f8', true, 0.5],
    ['>f4', false, 1],
    ['|u1', true, 1],
  ] as const)(
    '%s, Fortran order %s: every value in its place, in little more memory than the pixels',
    async (descr, fortran, share) => {
      const at = descr === '|u1' ? byteAt : unitAt
      const file = npyFile({ descr, shape: [...large, 3], fortran }, at)
      let pixels: ArrayLike<number> = []
      const taken = await countBytes(async () => {
        pixels = (await readImages(file)).pixels
      })
      expect(file.length).toBeGreaterThan(chunkBytes)
      const exact = descr === '|u1' ? (x: number) => x : Math.fround
      let wrong = 0
      for (let i = 0; i < pixels.length; i++) if (pixels[i] !== exact(at(i))) wrong++
      expect([pixels.length, wrong]).toEqual([67 * 101 * 53 * 3, 0])
      const width = descr.endsWith('8') ? 8 : descr.endsWith('4') ? 4 : 1
      expect(taken).toBeLessThan(share * bytes(width) + chunkBytes + 1000)
      expect(taken).toBeLessThan(2 * file.length)
    },
  )

  it('names the first bad image in Fortran order too', async () => {
    // Of image 1 the first value in the file, of image 0 a later one.
    const file = npyFile({ descr: '<f4', shape, fortran: true }, i => (i === 60 ? 7 : i === 59 ? -1 : 0.5))
    await expect(readImages(file)).rejects.toThrow(/image 0 holds the value -1/)
  })

  it('are hashed in parts, with the same result', () => {
    const values = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
    expect(sha256Of(values, 7)).toBe(createHash('sha256').update(values).digest('hex'))
    expect(sha256Of(Float32Array.of(1, 2, 3).subarray(1), 4)).toBe(sha256Of(Float32Array.of(2, 3)))
  })
})

describe('images refused', () => {
  const plain = npyFile({ descr: '|u1', shape }, byteAt)
  const withHeader = (header: string) => npyFile({ descr: '|u1', shape, header }, byteAt)
  const dict = (inside: string) => withHeader(`{${inside}}\n`)
  const patched = (at: number, ...values: number[]) => {
    const bytes = plain.slice()
    bytes.set(values, at)
    return bytes
  }
  const floats = (value: number, descr = '<f4') => npyFile({ descr, shape }, i => (i === 75 ? value : unitAt(i)))
  const files: [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(), /not a \.npy file/],
    ['another format', new TextEncoder().encode('\x89PNG and so on'), /not a \.npy file.*numpy\.save/],
    ['version 4', patched(6, 4), /version is 4\.0, wanted 1\.0, 2\.0 or 3\.0/],
    ['a huge header', patched(8, 0xff, 0xff), /header says it is 65535 bytes long, wanted 10000 or fewer/],
    ['a header cut off', plain.slice(0, 60), /ends inside its \.npy header/],
    ['a cut off file', plain.slice(0, -1), /found 119 bytes of values, wanted 120 for shape \(2, 4, 5, 3\).*cut off/],
    ['a file with something appended', Uint8Array.of(...plain, 0), /found 121 bytes.*appended/],
    ['int64', npyFile({ descr: '<i8', shape }, byteAt), /test\.npy: dtype is <i8, wanted uint8 .*astype\('uint8'\)/],
    ['objects', dict(`'descr': '|O', 'fortran_order': False, 'shape': (2,)`), /dtype is \|O/],
    ['records', dict(`'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)`), /header is not a description/],
    ['code', dict(`'descr': __import__('os'), 'fortran_order': False, 'shape': (2,)`), /header is not a description/],
    ['a negative size', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (-2, 4, 5, 3)`), /header is not a/],
    ['a shape that is a number', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (3)`), /wanted ','/],
    [
      'a huge size',
      dict(`'descr': '|u1', 'fortran_order': False, 'shape': (9007199254740993, 4, 5, 3)`),
      /below 2\^53/,
    ],
    [
      'a huge product',
      dict(`'descr': '|u1', 'fortran_order': False, 'shape': (9007199254740991, 9007199254740991, 9, 3)`),
      /found 120 bytes/,
    ],
    ['a key twice', dict(`'descr': '|u1', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)`), /not 'descr' again/],
    ['a missing key', dict(`'descr': '|u1', 'shape': (2,)`), /has keys descr, shape, wanted/],
    ['__proto__', dict(`'__proto__': '|u1', 'fortran_order': False, 'shape': (2,)`), /has keys __proto__/],
    [
      'a type named like a method',
      dict(`'descr': 'toString', 'fortran_order': False, 'shape': (2,)`),
      /dtype is toString/,
    ],
    [
      'a type with control characters',
      dict(`'descr': '\x1b[31m\x7f', 'fortran_order': False, 'shape': (2,)`),
      /dtype is "\\u001b\[31m\\u\{7f\}"/,
    ],
    ['zeros in front', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (02, 4, 5, 3)`), /header is not a/],
    ['a size of -0', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (-0, 4, 5, 3)`), /header is not a/],
    ['a size of 1e3', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (1e3, 4, 5, 3)`), /header is not a/],
    ['a size of NaN', dict(`'descr': '|u1', 'fortran_order': False, 'shape': (NaN, 4, 5, 3)`), /header is not a/],
    ['no images', npyFile({ descr: '|u1', shape: [0, 4, 5, 3] }, byteAt), /at least one image/],
    ['empty images', npyFile({ descr: '|u1', shape: [2, 0, 5, 3] }, byteAt), /at least one pixel/],
    ['channels first', npyFile({ descr: '|u1', shape: [2, 3, 4, 5] }, byteAt), /transpose\(0, 2, 3, 1\)/],
    ['alpha', npyFile({ descr: '|u1', shape: [2, 4, 5, 4] }, byteAt), /images\[\.\.\., :3\]/],
    ['one image alone', npyFile({ descr: '|u1', shape: [4, 5, 3] }, byteAt), /image\[None\]/],
    ['two dimensions', npyFile({ descr: '|u1', shape: [4, 5] }, byteAt), /shape is \(4, 5\), wanted \(N, H, W, 3\)/],
    ['0 to 255 as float', floats(255), /image 1 holds the value 255, wanted 0 to 1 .*divide by 255/],
    ['-1 to 1 as float', floats(-0.5), /image 1 holds the value -0\.5.*\(images \+ 1\) \/ 2/],
    ['NaN', floats(NaN), /image 1 holds the value NaN/],
    ['infinity', floats(Infinity, '>f8'), /image 1 holds the value Infinity/],
    ['just above 1', floats(1 + 1e-12, '<f8'), /image 1 holds the value 1\.000000000001/],
  ]

  it.each(files)('%s', async (_, bytes, message) => {
    const failure = readImages(bytes)
    await expect(failure).rejects.toThrow(EyesWasmError)
    await expect(failure).rejects.toThrow(message)
  })
})

describe('labels', () => {
  const types = Object.keys(writers).filter(descr => /[ui]\d$/.test(descr))

  it.each(types)('%s', async descr => {
    const at = (i: number) => [0, 1, 100, 7][i]!
    for (const labelShape of [[4], [4, 1]])
      expect([...(await readLabels(npyFile({ descr, shape: labelShape }, at), 4))]).toEqual([0, 1, 100, 7])
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['floats', npyFile({ descr: '<f4', shape: [4] }, () => 0), /dtype is <f4, wanted an integer type/],
    ['another count', npyFile({ descr: '<i8', shape: [5] }, () => 0), /shape is \(5,\), wanted \(4,\)/],
    ['one-hot rows', npyFile({ descr: '<i8', shape: [4, 2] }, () => 0), /shape is \(4, 2\), wanted \(4,\)/],
    ['numbers beyond 32 bits', npyFile({ descr: '<i8', shape: [4] }, () => 2 ** 40), /label 0 is 1099511627776/],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(readLabels(bytes, 4)).rejects.toThrow(message)
  })
})

describe('encodeNpy', () => {
  it.each([
    ['uint8', Uint8Array.from(all, byteAt), '|u1'],
    ['float32', Float32Array.from(all, unitAt), '<f4'],
  ] as const)('%s comes back, through npyjs too, with values at a multiple of 64', async (_, values, descr) => {
    const bytes = encodeNpy(values, shape)
    expect((bytes.length - values.byteLength) % 64).toBe(0)
    expect(new TextDecoder('latin1').decode(bytes.subarray(0, 80))).toContain(`'descr': '${descr}'`)
    expect((await readImages(bytes)).pixels).toEqual(values)
    expect(parse(bytes.slice().buffer)).toMatchObject({ shape: [...shape], fortranOrder: false, data: values })
  })

  it('int64 labels come back', async () => {
    expect([...(await readLabels(encodeNpy(BigInt64Array.of(0n, 1n, -1n), [3]), 3))]).toEqual([0, 1, -1])
  })
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-npy-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are read into shared memory', async () => {
    const path = join(folder, 'data.npy')
    await writeFile(path, npyFile({ descr: '|u1', shape }, byteAt))
    const { pixels } = await withFile(path, readNpyImages)
    expect([...pixels]).toEqual(all.map(byteAt))
    expect(pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('that are missing or folders are refused', async () => {
    await expect(withFile(join(folder, 'none.npy'), readNpyImages)).rejects.toThrow(/none\.npy: cannot be opened/)
    await expect(withFile(folder, readNpyImages)).rejects.toThrow(EyesWasmError)
  })
})
