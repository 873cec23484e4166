// Layers, sizes and parameters against the report's numbers, PyTorch's rules and hand-made impossible geometries.
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { checkSpec, layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { specFromShapes } from '../../src/models/spec-from-shapes.js'
import type { ModelKind, ModelSpec } from '../../src/models/spec.js'

const spec = (
  kind: ModelKind,
  kernel: number,
  stride: number,
  padding: number,
  height = 50,
  width = height,
): ModelSpec => ({
  kind,
  kernel,
  stride,
  padding,
  height,
  width,
})

const heights = (model: ModelSpec) => layerSpecs(model).map(layer => layer.outputSize[0])
const shapesOf = (model: ModelSpec) =>
  new Map(parameterSpecs(layerSpecs(model)).map(({ name, torchShape }) => [name, torchShape] as const))

function failure(action: () => unknown): EyesWasmError {
  try {
    action()
  } catch (error) {
    if (error instanceof EyesWasmError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('layers', () => {
  it('are the report’s, in state_dict order', () => {
    const lines = layerSpecs(spec('ae', 3, 1, 1)).map(
      l => `${l.name} ${l.kind} ${l.inChannels} ${l.outChannels} ${l.activation}`,
    )
    expect(lines).toEqual([
      'encoder.0 Conv2d 3 12 relu',
      'encoder.2 Conv2d 12 24 relu',
      'encoder.4 Conv2d 24 48 relu',
      'decoder.0 ConvTranspose2d 48 24 relu',
      'decoder.2 ConvTranspose2d 24 12 relu',
      'decoder.4 ConvTranspose2d 12 3 tanh',
    ])
    const vae = layerSpecs(spec('vae', 5, 1, 2)).map(l => `${l.name} ${l.inChannels} ${l.outChannels} ${l.activation}`)
    expect(vae.slice(3)).toEqual([
      'enc_out_1.0 48 96 relu',
      'enc_out_2.0 48 96 relu',
      'decoder.0 96 48 relu',
      'decoder.2 48 24 relu',
      'decoder.4 24 12 relu',
      'decoder.6 12 3 tanh',
    ])
  })

  it.each([
    [4, 2, 2],
    [6, 2, 3],
  ])('(%i,%i,%i) has the report’s sizes 26, 14, 8 and back', (k, s, p) => {
    expect(heights(spec('ae', k, s, p))).toEqual([26, 14, 8, 14, 26, 50])
    expect(heights(spec('vae', k, s, p))).toEqual([26, 14, 8, 5, 5, 8, 14, 26, 50])
    expect(layerSpecs(spec('vae', k, s, p))[4]!.inputSize).toEqual([8, 8])
  })

  it.each([3, 5, 7, 9])('kernel %i with stride 1 and half padding keeps 50x50', k => {
    expect(new Set(heights(spec('ae', k, 1, (k - 1) / 2)))).toEqual(new Set([50]))
  })

  it('keeps height and width apart', () => {
    expect(layerSpecs(spec('ae', 4, 2, 2, 50, 26)).map(l => l.outputSize.join('x'))).toEqual([
      '26x14',
      '14x8',
      '8x5',
      '14x8',
      '26x14',
      '50x26',
    ])
  })
})

describe('parameters', () => {
  it('counts the report’s weights', () => {
    expect(parameterCount(parameterSpecs(layerSpecs(spec('ae', 3, 1, 1))))).toBe(26_691)
    expect(parameterCount(parameterSpecs(layerSpecs(spec('vae', 3, 1, 1))))).toBe(151_347)
  })

  it('have PyTorch’s shapes and fan_in, ours beside them, and follow each other without gaps', () => {
    const parameters = parameterSpecs(layerSpecs(spec('vae', 5, 1, 2)))
    const find = (name: string) => parameters.find(parameter => parameter.name === name)!
    expect(find('encoder.2.weight')).toMatchObject({ torchShape: [24, 12, 5, 5], shape: [5, 5, 12, 24], fanIn: 300 })
    expect(find('decoder.0.weight')).toMatchObject({ torchShape: [96, 48, 5, 5], shape: [5, 5, 48, 96], fanIn: 1200 })
    expect(find('decoder.0.bias')).toMatchObject({ torchShape: [48], shape: [48], fanIn: 1200 })
    expect(find('encoder.0.bias')).toMatchObject({ fanIn: 75 })
    let offset = 0
    for (const parameter of parameters) {
      expect(parameter.offset).toBe(offset)
      expect(parameter.size).toBe(parameter.shape.reduce((a, b) => a * b))
      offset += parameter.size
    }
  })
})

describe('impossible geometry', () => {
  it('names the layer whose input is smaller than the kernel', () => {
    const error = failure(() => checkSpec(spec('ae', 9, 2, 0)))
    expect(error.code).toBe('INPUT')
    expect(error.message).toBe(
      'encoder.4 (Conv2d 24->48, kernel 9, stride 2, padding 0): input 7x7 is smaller than the kernel. Use a smaller kernel or stride, or more padding.',
    )
    expect(failure(() => checkSpec(spec('ae', 5, 3, 1, 5))).message).toContain('encoder.2')
  })

  it('names the last layer and a geometry that closes when the decoder misses the picture', () => {
    const error = failure(() => checkSpec(spec('ae', 3, 2, 1)))
    expect(error.message).toContain(
      'decoder.4 (ConvTranspose2d 12->3, kernel 3, stride 2, padding 1): output is 49x49, wanted',
    )
    const flags = /--kernel (\d+) --stride (\d+) --padding (\d+)/.exec(error.message)!.slice(1).map(Number)
    expect(() => checkSpec(spec('ae', flags[0]!, flags[1]!, flags[2]!))).not.toThrow()
  })

  it('refuses an empty decoder map, an absurd padding and what is not a whole number', () => {
    expect(failure(() => checkSpec(spec('ae', 1, 3, 1, 1))).message).toContain('decoder.0 (ConvTranspose2d')
    expect(failure(() => checkSpec(spec('ae', 3, 1, 1e6))).message).toContain('encoder.0')
    expect(failure(() => checkSpec(spec('ae', 3, 0, 1))).message).toBe(
      'stride: is 0, wanted a whole number of at least 1.',
    )
    expect(failure(() => checkSpec(spec('ae', 2.5, 1, 1))).message).toContain('kernel: is 2.5')
    expect(failure(() => checkSpec(spec('gan' as ModelKind, 3, 1, 1))).message).toContain('wanted ae or vae')
  })

  it('every geometry with stride 1 that has maps comes back', () => {
    for (const kind of ['ae', 'vae'] as const)
      for (let k = 1; k <= 9; k++) for (let p = 0; p < k; p++) expect(heights(spec(kind, k, 1, p)).at(-1)).toBe(50)
  })
})

describe('specFromShapes', () => {
  it('takes kind and kernel from the tensors, stride and padding from metadata or flags', () => {
    for (const model of [spec('ae', 3, 1, 1), spec('vae', 5, 1, 2), spec('ae', 4, 2, 2)]) {
      const { stride, padding } = model
      const metadata = { stride: String(stride), padding: String(padding) }
      expect(specFromShapes(shapesOf(model), { metadata }, 'w')).toEqual(model)
      expect(specFromShapes(shapesOf(model), { flags: { stride, padding } }, 'w')).toEqual(model)
    }
  })

  it('lets a flag choose the picture size', () => {
    const metadata = { stride: '1', padding: '1', height: '50', width: '50' }
    expect(specFromShapes(shapesOf(spec('ae', 3, 1, 1)), { metadata, flags: { height: 20, width: 30 } }, 'w')).toEqual(
      spec('ae', 3, 1, 1, 20, 30),
    )
  })

  it.each([
    [{}, {}, 'does not say the stride and padding of its ae weights (kernel 3). Add --stride and --padding.'],
    [{ stride: '1' }, {}, 'Add --padding.'],
    [{ stride: '1', padding: '1' }, { stride: 2 }, 'say stride 1, not 2'],
    [{ stride: '1', padding: '1' }, { kernel: 5 }, 'say kernel 3, not 5'],
    [{ stride: '1', padding: '1', kernel: '5' }, {}, 'say kernel 3, not 5'],
    [{ stride: '1', padding: '1' }, { kind: 'vae' as const }, 'say model ae, not vae'],
    [{ stride: '1.5', padding: '1' }, {}, 'metadata "stride" is "1.5"'],
    [{ stride: '2', padding: '1' }, {}, 'decoder.4'],
  ])('metadata %o with flags %o is refused', (metadata, flags, words) => {
    const error = failure(() =>
      specFromShapes(shapesOf(spec('ae', 3, 1, 1)), { metadata: { ...metadata }, flags }, 'w.st'),
    )
    expect(error.code).toBe('INPUT')
    expect(error.message).toContain(words)
  })

  it('refuses other people’s tensors', () => {
    const known = { flags: { stride: 1, padding: 1 } }
    const of = (name: string, ...shape: number[]) => new Map([[name, shape]])
    expect(failure(() => specFromShapes(new Map(), known, 'w')).message).toContain('no tensors')
    expect(failure(() => specFromShapes(of('a.b', 3), known, 'w')).message).toContain('holds a.b')
    expect(failure(() => specFromShapes(of('encoder.0.weight', 12, 4, 3, 3), known, 'w')).message).toContain(
      '[12, 4, 3, 3]',
    )
    expect(failure(() => specFromShapes(of('encoder.0.weight', 12, 3, 3, 5), known, 'w')).message).toContain(
      '[12, 3, 3, 5]',
    )
    expect(failure(() => specFromShapes(of('decoder.0.weight', 48, 24, 3, 3), known, 'w')).message).toContain('missing')
  })
})

describe('heads', () => {
  const vae = spec('vae', 3, 1, 1)
  const linear: ModelSpec = { ...vae, heads: 'linear' }
  const geometry = { stride: '1', padding: '1' }
  const read = (metadata: Record<string, string>, flags: Partial<ModelSpec> = {}) =>
    specFromShapes(shapesOf(vae), { metadata: { ...geometry, ...metadata }, flags }, 'w.st')

  it('linear: nothing after the mean, a range around the log variance, and all else as it was', () => {
    const activations = layerSpecs(linear).map(({ name, activation }) => [name, activation])
    expect(activations.slice(3, 5)).toEqual([
      ['enc_out_1.0', 'linear'],
      ['enc_out_2.0', 'clamp'],
    ])
    const others = (model: ModelSpec) => layerSpecs(model).filter(({ name }) => !name.startsWith('enc_out'))
    expect(others(linear)).toEqual(others(vae))
    expect(layerSpecs({ ...vae, heads: 'relu' })).toEqual(layerSpecs(vae))
    expect(parameterSpecs(layerSpecs(linear))).toEqual(parameterSpecs(layerSpecs(vae)))
    expect(failure(() => checkSpec({ ...spec('ae', 3, 1, 1), heads: 'linear' })).message).toMatch(/no heads/)
  })

  it('of a file: what it says; of ours without a word ReLU; of others what the flag says', () => {
    expect(read({ heads: 'linear' })).toEqual(linear)
    expect(read({ heads: 'linear', eyes_wasm: '1' }, { heads: 'linear' })).toEqual(linear)
    expect(read({ heads: 'relu' })).toEqual(vae)
    expect(read({})).toEqual(vae)
    expect(read({}, { heads: 'linear' })).toEqual(linear)
    expect(failure(() => read({ eyes_wasm: '1' }, { heads: 'linear' })).message).toMatch(/say heads relu, not linear/)
    expect(failure(() => read({ heads: 'linear' }, { heads: 'relu' })).message).toMatch(/say heads linear, not relu/)
    expect(failure(() => read({ heads: 'tanh' })).message).toMatch(/^w\.st: metadata "heads" is "tanh", wanted relu/)
  })
})
