// First weights: PyTorch's bounds tensor by tensor, the spread of a uniform distribution, and a pure function of the seed.
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { ModelSpec, ParameterSpec } from '../../src/models/spec.js'

const referenceDir = process.env.EYES_REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')
const vae: ModelSpec = { kind: 'vae', kernel: 5, stride: 1, padding: 2, height: 50, width: 50 }
const specs = parameterSpecs(layerSpecs(vae))

function weights(seed: number): Float32Array {
  const values = new Float32Array(parameterCount(specs)).fill(NaN)
  initialize(specs, seed, values)
  return values
}

const of = (values: Float32Array, { offset, size }: ParameterSpec) => values.subarray(offset, offset + size)
const fanInOf = (name: string) => specs.find(spec => spec.name === name)!.fanIn

describe('initialize', () => {
  it('fan_in is dimension 1 of PyTorch’s weight, for transposed layers too, and a bias has its weight’s', () => {
    expect(fanInOf('encoder.0.weight')).toBe(3 * 25)
    expect(fanInOf('enc_out_2.0.weight')).toBe(48 * 25)
    expect(fanInOf('decoder.0.weight')).toBe(48 * 25) // [in 96, out 48, 5, 5]
    expect(fanInOf('decoder.6.weight')).toBe(3 * 25) // [in 12, out 3, 5, 5]
    expect(fanInOf('decoder.6.bias')).toBe(3 * 25)
  })

  it('each tensor fills +-1/sqrt(fan_in) evenly', () => {
    const values = weights(0)
    for (const spec of specs) {
      const bound = 1 / Math.sqrt(spec.fanIn)
      const tensor = of(values, spec)
      const largest = Math.max(...tensor.map(Math.abs))
      expect(largest, spec.name).toBeLessThanOrEqual(bound)
      if (spec.size < 1000) continue
      // Uniform: mean 0, variance bound^2 / 3; the tolerances are five standard deviations of the estimates.
      const mean = tensor.reduce((sum, x) => sum + x, 0) / spec.size
      const square = tensor.reduce((sum, x) => sum + x * x, 0) / spec.size
      expect(Math.abs(mean), spec.name).toBeLessThan((5 * bound) / Math.sqrt(3 * spec.size))
      expect(Math.abs(square / (bound * bound) - 1 / 3), spec.name).toBeLessThan(5 * Math.sqrt(4 / 45 / spec.size))
      expect(largest, spec.name).toBeGreaterThan(bound * (1 - 20 / spec.size))
    }
  })

  it('is the same in every run, and different for each seed and tensor', () => {
    expect(Buffer.from(weights(0).buffer).equals(Buffer.from(weights(0).buffer))).toBe(true)
    const starts = [0, 1, 2 ** 40].flatMap(seed => {
      const values = weights(seed)
      return specs.map(spec => of(values, spec)[0]! * Math.sqrt(spec.fanIn))
    })
    expect(new Set(starts.map(x => x.toFixed(5))).size).toBe(starts.length)
  })

  it('writes nothing beside its tensors', () => {
    const values = new Float32Array(parameterCount(specs) + 1).fill(9)
    initialize(specs, 0, values)
    expect(values.at(-1)).toBe(9)
  })

  // Issue 2 lets tests of PyTorch's files fail where there are none: test/pytorch.test.ts does; here they are a second witness.
  it.skipIf(!existsSync(referenceDir))(
    'PyTorch’s own first weights lie within the same bounds and fill them',
    async () => {
      const { tensors } = await readSafetensors(join(referenceDir, 'vae_5_1_2.safetensors'))
      for (const { name, fanIn, size } of specs) {
        const bound = 1 / Math.sqrt(fanIn)
        const largest = Math.max(...tensors.get(`init.${name}`)!.data.map(Math.abs))
        expect(largest, name).toBeLessThanOrEqual(bound * (1 + 2 ** -23))
        if (size >= 1000) expect(largest, name).toBeGreaterThan(bound * (1 - 20 / size))
      }
    },
  )
})
