// A VAE with linear heads through every export: each runtime holds the log variance within its range, where a ReLU would have cut both
// heads off at 0, and the files say so.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportFormats, exportModel } from '../../src/experiments/export.js'
import { runGraphModel } from '../../src/experiments/graph-model.js'
import { onnxModel } from '../../src/formats/onnx.js'
import { weightsFile } from '../../src/formats/pytorch.js'
import { initialize } from '../../src/models/initialize.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { load } from '../../src/training/load.js'
import type { TrainedModel } from '../../src/training/session.js'

const relu: ModelSpec = { kind: 'vae', kernel: 3, stride: 1, padding: 1, height: 14, width: 14 }
const linear: ModelSpec = { ...relu, heads: 'linear' }

/** Weights whose log variances reach over both limits; the last layers stay small, or every pixel would be black or white. */
function modelOf(spec: ModelSpec): TrainedModel {
  const specs = parameterSpecs(layerSpecs(spec))
  const parameters = new Float32Array(parameterCount(specs))
  initialize(specs, 3, parameters)
  for (const { name, offset, size } of specs)
    if (name.startsWith('enc_out_2')) for (let i = offset; i < offset + size; i++) parameters[i]! *= 300
  return { spec, parameters }
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-heads-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const images = Float32Array.from({ length: 2 * 14 * 14 * 3 }, (_, i) => ((i * 37) % 101) / 101)

describe('linear heads', () => {
  it('our own log variances reach both limits and no further', async () => {
    const model = await load(modelOf(linear))
    const { mean, logVariance } = await model.encode(images)
    await model.close()
    const range = (values: Float32Array) => [Math.min(...values), Math.max(...values)]
    expect(range(logVariance!)).toEqual([-10, 10])
    expect(range(mean)[0]).toBeLessThan(0)
  })

  it.each(exportFormats)('%s is checked, and computes the same', async format => {
    const out = join(folder, `model-${format}`)
    const model = join(folder, `${format}-weights.safetensors`)
    await writeFile(model, weightsFile(modelOf(linear), '0'))
    const report = await exportModel({ model, format, out, limit: 2, size: 14 })
    expect(report.check).not.toBeNull()
    expect(Object.keys(report.check!.differences)).toEqual(['reconstructions', 'mean', 'log_variance'])
    if (format === 'safetensors') {
      const back = await load(out)
      expect(back.spec).toEqual(linear)
      await back.close()
    }
    if (format === 'tfjs') {
      const outputs = await runGraphModel(out, images, [2, 14, 14, 3])
      expect(Math.min(...outputs.get('log_variance')!)).toBe(-10)
      expect(await readFile(join(out, 'model.json'), 'utf8')).toContain('"heads":"linear"')
    }
  })

  it('a model with ReLU heads is written as before: no word of them', () => {
    const text = (spec: ModelSpec) => Buffer.from(onnxModel(modelOf(spec), '0')).toString('latin1')
    expect(text(linear)).toMatch(/Clip[^]*log_variance_low[^]*heads/)
    expect(text(relu)).not.toMatch(/Clip|log_variance_low|heads/)
    expect(text({ ...relu, heads: 'relu' })).toBe(text(relu))
  })
})
