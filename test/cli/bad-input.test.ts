// Bad arguments and bad input on the real process: exit code 2, one message that says who, found, wanted and cure, no stack trace, and
// nothing written.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { serializeSafetensors } from '../../src/formats/safetensors.js'
import { emptyFolder, runCommand, type CommandResult } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>
let before: string[] = []

beforeAll(async () => {
  place = await emptyFolder()
  const at = (name: string) => join(place.folder, name)
  const pixels = new Uint8Array(4 * 12 * 12 * 3).fill(100)
  const good = encodeNpy(pixels, [4, 12, 12, 3])
  await writeFile(at('good.npy'), good)
  await writeFile(at('truncated.npy'), good.subarray(0, good.length - 5))
  await writeFile(at('trailing.npy'), Buffer.concat([good, Buffer.alloc(3)]))
  await writeFile(at('int64.npy'), encodeNpy(new BigInt64Array(4 * 12 * 12 * 3), [4, 12, 12, 3]))
  await writeFile(at('flat.npy'), encodeNpy(pixels, [pixels.length]))
  await writeFile(at('bright.npy'), encodeNpy(new Float32Array(pixels), [4, 12, 12, 3]))
  await writeFile(at('nan.npy'), encodeNpy(new Float32Array(pixels.length).fill(NaN), [4, 12, 12, 3]))
  const oversized = Uint8Array.from(good)
  oversized.set([255, 255], 8)
  await writeFile(at('oversized.npy'), oversized)
  await mkdir(at('empty'))
  await mkdir(at('broken'))
  await writeFile(at('broken/eye.jpg'), 'no picture at all')
  await mkdir(at('full'))
  await writeFile(at('full/mine.txt'), 'keep me')
  const tensor = { name: 'encoder.0.weight', dtype: 'F32' as const, shape: [12, 4, 3, 3], data: new Float32Array(432) }
  await writeFile(at('other.safetensors'), serializeSafetensors([tensor], {}))
  await writeFile(at('junk.safetensors'), Buffer.alloc(64, 255))
  await writeFile(at('proto.safetensors'), header('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4))
  before = await place.entries()
})
afterAll(() => place.remove())

/** A safetensors file with this header, and so many bytes of data. */
function header(text: string, dataBytes: number): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, Buffer.from(text), Buffer.alloc(dataBytes)])
}

function expectRefusal({ code, stdout, stderr }: CommandResult, message: RegExp) {
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^eyes-wasm/m)
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/[.']$/)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr).not.toContain('internal error')
  expect(stdout).toBe('')
  expect(code).toBe(2)
}

describe('refused with exit code 2, nothing written', () => {
  const cases: [string, RegExp][] = [
    ['', /no command given/],
    ['trian', /unknown command 'trian'.*Did you mean train\?/],
    ['train --epohcs 3', /eyes-wasm train: unknown option '--epohcs'.*Did you mean --epochs\?/],
    ['train --epochs', /option '--epochs <n>' argument missing/],
    ['train extra', /too many arguments for 'train'/],
    ['train --epochs abc', /--epochs: found 'abc', wanted a number/],
    ['train --epochs 0', /--epochs: found 0, wanted a whole number from 1/],
    ['train --model gan', /--model: found 'gan', wanted ae or vae/],
    ['train --loss l2', /--loss: found 'l2', wanted mse or l1/],
    ['train --lr -1', /--lr: found -1, wanted a number above 0/],
    ['train --kl-weight=-1', /--kl-weight: found -1, wanted a number of at least 0/],
    ['train --threads 0', /--threads: found 0/],
    ['train --seed 1.5', /--seed: found 1.5/],
    ['train --size 5', /--size: found 5/],
    ['train --size huge', /--size: found 'huge', wanted N or HxW/],
    [
      'train --kernel 4 --stride 2 --padding 0',
      /decoder\.4 \(ConvTranspose2d 12->3.*output is 46x46, wanted the picture's 50x50/,
    ],
    ['train --kernel 9 --stride 1 --padding 0 --size 20', /encoder\.\d .*smaller than the kernel/],
    ['train --limit 5 --data good.npy', /--limit: found 5, but .*good\.npy has 4 images/],
    ['train --size 50 --data good.npy', /good\.npy: images are 12x12, wanted 50x50/],
    ['train --data nowhere', /nowhere: does not exist/],
    ['train --data empty', /empty/],
    ['train --data broken', /broken.eye\.jpg/],
    ['train --data truncated.npy', /truncated\.npy/],
    ['train --data trailing.npy', /trailing\.npy/],
    ['train --data int64.npy', /int64\.npy: .*int64|int64\.npy: .*i8/],
    ['train --data flat.npy', /flat\.npy/],
    ['train --data bright.npy', /bright\.npy: .*255/],
    ['train --data nan.npy', /nan\.npy/i],
    ['train --data oversized.npy', /oversized\.npy/],
    ['train --data good.npy --out full', /--out: full holds 1 file/],
    ['train --data good.npy --out good.npy', /--out: good\.npy is a file/],
    ['train --data good.npy --init nowhere.safetensors', /nowhere\.safetensors/],
    ['train --data good.npy --init other.safetensors', /encoder\.0\.weight/],
    ['train --data good.npy --init junk.safetensors', /junk\.safetensors/],
    ['train --config nowhere.json', /nowhere\.json/],
    ['train --config good.npy', /good\.npy: is not text in UTF-8/],
    ['evaluate', /eyes-wasm evaluate: missing required argument 'model'/],
    ['evaluate nowhere', /nowhere/],
    ['evaluate empty', /empty/],
    ['evaluate proto.safetensors --data good.npy', /proto\.safetensors/],
    ['evaluate other.safetensors --data good.npy', /encoder\.0\.weight/],
    ['reconstruct junk.safetensors', /required option '--out <path>' not specified/],
    ['reconstruct junk.safetensors --out x', /junk\.safetensors/],
    ['reconstruct junk.safetensors --out full', /--out: full holds/],
    ['data make --count x --out d', /'x'/],
    ['data make --out full', /full/],
    ['doctor --fast', /unknown option '--fast'/],
  ]

  it.concurrent.each(cases)('eyes-wasm %s', async (line, message) => {
    const args = line.split(' ').filter(arg => arg !== '')
    const result = await runCommand(args, place)
    expectRefusal(result, message)
  })

  it('wrote nothing', async () => {
    expect(await place.entries()).toEqual(before)
  })

  it('shows the stack with --debug', async () => {
    const { code, stderr } = await runCommand(['train', '--epochs', '0', '--debug'], place)
    expect(stderr).toMatch(/^eyes-wasm: --epochs: found 0.*\n[^]*^ {4}at /m)
    expect(code).toBe(2)
  })
})

describe('exit code 4', () => {
  it('says that the run folder cannot be made', async () => {
    const { code, stderr } = await runCommand('train --data good.npy --epochs 1 --out good.npy/sub'.split(' '), place)
    expect(stderr).toMatch(/good\.npy.sub: cannot write \(ENOTDIR\)/)
    expect(code).toBe(4)
    expect(await place.entries()).toEqual(before)
  })
})
