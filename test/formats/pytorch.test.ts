// Our flat parameter vector against PyTorch's layout: by a formula, by the stored PyTorch files, and by files that do not fit.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import {
  fromTorch,
  readWeightsFile,
  tensorsUnder,
  toTorch,
  weightsFile,
  weightsSha256,
} from '../../src/formats/pytorch.js'
import { readSafetensors, serializeSafetensors, type NamedTensor } from '../../src/formats/safetensors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { specFromShapes } from '../../src/models/spec-from-shapes.js'
import type { ModelSpec } from '../../src/models/spec.js'

const referenceDir = process.env.EYES_REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')
const ae: ModelSpec = { kind: 'ae', kernel: 3, stride: 1, padding: 1, height: 50, width: 50 }
const specs = parameterSpecs(layerSpecs(ae))
const counted = Float32Array.from({ length: parameterCount(specs) }, (_, i) => i)
const byName = (tensors: readonly NamedTensor[]) => new Map(tensors.map(tensor => [tensor.name, tensor]))

const bytesOf = (data: Float32Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof EyesWasmError && error.code === 'INPUT') return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('layout', () => {
  it('puts each weight where PyTorch has it', () => {
    const tensors = byName(toTorch(counted, specs))
    for (const [name, kind] of [
      ['encoder.2.weight', 'Conv2d'],
      ['decoder.0.weight', 'ConvTranspose2d'],
    ] as const) {
      const { offset, shape } = specs.find(spec => spec.name === name)!
      const [kh, kw, c2, c3] = shape as [number, number, number, number]
      const torch = tensors.get(name)!
      // Our index, in words of the layer's own channels, beside PyTorch's.
      const output = 5
      const input = 7
      const [y, x] = [2, 1]
      const ours = kind === 'Conv2d' ? [input, output] : [output, input]
      const theirs = kind === 'Conv2d' ? [output, input] : [input, output]
      const ourIndex = offset + ((y * kw + x) * c2 + ours[0]!) * c3 + ours[1]!
      const torchIndex = ((theirs[0]! * torch.shape[1]! + theirs[1]!) * kh + y) * kw + x
      expect(torch.data[torchIndex], name).toBe(counted[ourIndex])
    }
    const bias = specs.find(spec => spec.name === 'encoder.2.bias')!
    expect(tensors.get('encoder.2.bias')!.data[3]).toBe(counted[bias.offset + 3])
  })

  it('comes back unchanged, for odd shapes too', () => {
    expect(fromTorch(byName(toTorch(counted, specs)), specs, 'w')).toEqual(counted)
    const odd = [{ name: 'w', shape: [2, 5, 3, 4], torchShape: [4, 3, 2, 5], fanIn: 30, offset: 0, size: 120 }]
    const values = Float32Array.from({ length: 120 }, (_, i) => i)
    const there = toTorch(values, odd)
    expect(there[0]!.data[((3 * 3 + 1) * 2 + 1) * 5 + 4]).toBe(((1 * 5 + 4) * 3 + 1) * 4 + 3)
    expect(fromTorch(byName(there), odd, 'w')).toEqual(values)
  })

  it('names and orders tensors as state_dict() does', () => {
    expect(toTorch(counted, specs).map(tensor => tensor.name)).toEqual(
      ['encoder.0', 'encoder.2', 'encoder.4', 'decoder.0', 'decoder.2', 'decoder.4'].flatMap(n => [
        `${n}.weight`,
        `${n}.bias`,
      ]),
    )
  })
})

describe('weights that do not fit', () => {
  const good = () => byName(toTorch(counted, specs))

  it('a missing, an extra, a misshapen and a non-finite tensor are named', () => {
    const missing = good()
    missing.delete('decoder.2.bias')
    expect(refusal(() => fromTorch(missing, specs, 'w.st'))).toBe(
      "w.st: tensor decoder.2.bias [12] is missing. Save the whole model's state_dict().",
    )
    const extra = good().set('fc.weight', { name: 'fc.weight', dtype: 'F32', shape: [1, 2], data: new Float32Array(2) })
    expect(refusal(() => fromTorch(extra, specs, 'w.st'))).toContain(
      'tensor "fc.weight" [1, 2] is not part of the model',
    )
    const misshapen = good()
    const weight = misshapen.get('encoder.2.weight')!
    misshapen.set('encoder.2.weight', { ...weight, shape: [12, 24, 3, 3] })
    expect(refusal(() => fromTorch(misshapen, specs, 'w.st'))).toContain(
      'tensor encoder.2.weight has shape [12, 24, 3, 3], wanted [24, 12, 3, 3]',
    )
    const broken = good()
    broken.get('encoder.0.bias')!.data[4] = NaN
    expect(refusal(() => fromTorch(broken, specs, 'w.st'))).toContain('encoder.0.bias holds NaN at element 4')
  })
})

describe('weights files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('carry what is needed to build the model again', async () => {
    const path = join(folder, 'model.safetensors')
    const spec = { ...ae, height: 40, width: 30 }
    await writeFile(path, weightsFile({ spec, parameters: counted }, '1.2.3', { seed: '7', model: 'gan' }))
    const read = await readWeightsFile(path)
    expect(read.spec).toEqual(spec)
    expect(read.parameters).toEqual(counted)
    expect(read.metadata).toEqual({
      ...{ format: 'pt', model: 'ae', kernel: '3', stride: '1', padding: '1', height: '40', width: '30' },
      ...{ eyes_wasm: '1.2.3', seed: '7' },
    })
    await expect(readWeightsFile(path, { padding: 2 })).rejects.toThrow('say padding 1, not 2')
  })

  it('of a PyTorch user need stride and padding', async () => {
    const path = join(folder, 'theirs.safetensors')
    await writeFile(path, serializeSafetensors(toTorch(counted, specs), { format: 'pt' }))
    await expect(readWeightsFile(path)).rejects.toMatchObject({ code: 'INPUT', exitCode: 2 })
    await expect(readWeightsFile(path)).rejects.toThrow('Add --stride and --padding.')
    const read = await readWeightsFile(path, { stride: 1, padding: 1 })
    expect(read.spec).toEqual(ae)
    expect(read.parameters).toEqual(counted)
  })
})

describe('hash', () => {
  it('is the SHA-256 of the tensors’ bytes as PyTorch would lay them out', () => {
    const odd = [
      { name: 'w', shape: [1, 1, 2, 2], torchShape: [2, 2, 1, 1], fanIn: 2, offset: 0, size: 4 },
      { name: 'b', shape: [2], torchShape: [2], fanIn: 2, offset: 4, size: 2 },
    ]
    const bytes = new DataView(new ArrayBuffer(24))
    ;[1, 3, 2, 4, 5, 6].forEach((value, i) => bytes.setFloat32(i * 4, value, true))
    const wanted = createHash('sha256').update(bytes).digest('hex')
    expect(weightsSha256(Float32Array.of(1, 2, 3, 4, 5, 6), odd)).toBe(wanted)
  })
})

describe('stored PyTorch files', () => {
  it('fit the models they name, and give the same bytes back', async () => {
    const files = (await readdir(referenceDir)).filter(name => name.endsWith('.safetensors')).sort()
    let checked = 0
    for (const file of files) {
      const { tensors, metadata } = await readSafetensors(join(referenceDir, file))
      if (!metadata.model) continue
      const theirs = tensorsUnder(tensors, 'init.')
      const shapes = new Map([...theirs].map(([name, { shape }]) => [name, shape] as const))
      const list = parameterSpecs(layerSpecs(specFromShapes(shapes, { metadata }, file)))
      const parameters = fromTorch(theirs, list, file)
      const [again, stored] = [toTorch(parameters, list), [...theirs.values()]]
      expect(
        again.map(({ name, shape }) => ({ name, shape })),
        file,
      ).toEqual(stored.map(({ name, shape }) => ({ name, shape })))
      // Compared as bytes: a matcher would take seconds over millions of elements.
      again.forEach(({ data, name }, i) => {
        expect(Buffer.compare(bytesOf(data), bytesOf(stored[i]!.data)), `${file} ${name}`).toBe(0)
      })
      checked++
    }
    expect(checked, `files with "model" in their metadata in ${referenceDir}`).toBeGreaterThan(0)
  })
})
