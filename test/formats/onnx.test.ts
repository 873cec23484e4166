// Exported ONNX files in onnxruntime-web: against PyTorch's stored outputs. VAEs and files on disk: test/experiments.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { onnxModel } from '../../src/formats/onnx.js'
import { fromTorch, tensorsUnder } from '../../src/formats/pytorch.js'
import { readSafetensors } from '../../src/formats/safetensors.js'
import { layerSpecs, parameterSpecs } from '../../src/models/geometry.js'
import { specFromShapes } from '../../src/models/spec-from-shapes.js'

const referenceDir = process.env.EYES_REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')
ort.env.wasm.numThreads = 1

/** PyTorch's stored problem: its weights as ours, its input and output in its own layout, [-1, 1]. */
async function reference(file: string) {
  const { tensors, metadata } = await readSafetensors(join(referenceDir, file))
  const init = tensorsUnder(tensors, 'init.')
  const shapes = new Map([...init].map(([name, { shape }]) => [name, shape] as const))
  const spec = specFromShapes(shapes, { metadata }, file)
  const parameters = fromTorch(init, parameterSpecs(layerSpecs(spec)), file)
  return { spec, parameters, input: tensors.get('input')!, output: tensors.get('output')!, tensors }
}

describe('an ONNX file', () => {
  const files = readdirSync(referenceDir).filter(name => /^ae_\d+_\d+_\d+\.safetensors$/.test(name))

  it('is compared with stored files', () => {
    expect(files, `ae_K_S_P.safetensors in ${referenceDir}`).not.toEqual([])
  })

  it.each(files)('gives the output that PyTorch gave: %s', async file => {
    const { spec, parameters, input, output } = await reference(file)
    const session = await ort.InferenceSession.create(onnxModel({ spec, parameters }, '0.0.0'))
    const images = new ort.Tensor(
      'float32',
      input.data.map(value => (value + 1) / 2),
      input.shape,
    )
    const found = await session.run({ images })
    const pixels = (await found.reconstructions!.getData()) as Float32Array
    expect(pixels).toHaveLength(output.data.length)
    const largest = pixels.reduce((most, value, i) => Math.max(most, Math.abs(2 * value - 1 - output.data[i]!)), 0)
    expect(largest).toBeLessThan(2e-6)
  })
})
