// The VAE with a bottleneck: its layers and parameters, what cannot be one, how its weights file is known, and its loss and gradients against
// plain float64 loops. That it trains, resumes and is exported: test/training, test/parallel and test/experiments.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { fromTorch, toTorch } from '../../src/formats/pytorch.js'
import { checkSpec, layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { LayerSpec, ModelSpec } from '../../src/models/spec.js'
import { specFromShapes } from '../../src/models/spec-from-shapes.js'
import { convolutionOf } from '../kernels/report-layers.js'
import { Random, useBackend } from '../kernels/harness.js'
import { conv2d, conv2dInputGradient } from '../reference/conv2d.js'
import { activate, klDivergence, reparameterize } from '../reference/elementwise.js'
import { meanSquare, sigmaLoss } from '../reference/losses.js'
import { openOneThread } from '../support/one-thread.js'

useBackend()

const spec = (over: Partial<ModelSpec> = {}): ModelSpec => ({
  ...{ kind: 'vae', kernel: 4, stride: 2, padding: 2, height: 50, width: 50, heads: 'linear', latent: 64 },
  ...over,
})
const small = spec({ height: 18, width: 18, latent: 5 })

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(EyesWasmError)
    return (error as EyesWasmError).message
  }
  throw new Error('nothing was thrown')
}

describe('layers', () => {
  const rowsOf = (model: ModelSpec) =>
    layerSpecs(model).map(
      ({ name, inChannels, outChannels, kernel, stride, padding, inputSize, outputSize, activation }) =>
        [
          name,
          `${inChannels}->${outChannels}`,
          [kernel, stride, padding].join(),
          `${inputSize.join('x')}->${outputSize.join('x')}`,
          activation,
        ].join(' '),
    )

  it("are the report's, with layers between that span a map", () => {
    expect(rowsOf(spec())).toEqual([
      'encoder.0 3->12 4,2,2 50x50->26x26 relu',
      'encoder.2 12->24 4,2,2 26x26->14x14 relu',
      'encoder.4 24->48 4,2,2 14x14->8x8 relu',
      'enc_out_1.0 48->64 8,1,0 8x8->1x1 linear',
      'enc_out_2.0 48->64 8,1,0 8x8->1x1 clamp',
      'decoder_in.0 64->96 5,1,0 1x1->5x5 relu',
      'decoder.0 96->48 4,2,2 5x5->8x8 relu',
      'decoder.2 48->24 4,2,2 8x8->14x14 relu',
      'decoder.4 24->12 4,2,2 14x14->26x26 relu',
      'decoder.6 12->3 4,2,2 26x26->50x50 tanh',
    ])
    expect(rowsOf(small).slice(3, 6)).toEqual([
      'enc_out_1.0 48->5 4,1,0 4x4->1x1 linear',
      'enc_out_2.0 48->5 4,1,0 4x4->1x1 clamp',
      'decoder_in.0 5->96 3,1,0 1x1->3x3 relu',
    ])
    expect(rowsOf(spec({ kernel: 6, padding: 3 })).slice(3, 7)).toEqual([
      'enc_out_1.0 48->64 8,1,0 8x8->1x1 linear',
      'enc_out_2.0 48->64 8,1,0 8x8->1x1 clamp',
      'decoder_in.0 64->96 5,1,0 1x1->5x5 relu',
      'decoder.0 96->48 6,2,3 5x5->8x8 relu',
    ])
  })

  it('have as many parameters as fully connected ones', () => {
    const parameters = parameterSpecs(layerSpecs(spec()))
    const sizeOf = (name: string) => parameters.find(parameter => parameter.name === name)!.size
    expect(sizeOf('enc_out_1.0.weight')).toBe(8 * 8 * 48 * 64)
    expect(sizeOf('decoder_in.0.weight')).toBe(64 * 5 * 5 * 96)
    expect(parameterCount(parameters)).toBe(668_171)
    const torch = new Map(parameters.map(({ name, torchShape }) => [name, torchShape]))
    expect(torch.get('enc_out_2.0.weight')).toEqual([64, 48, 8, 8])
    expect(torch.get('decoder_in.0.weight')).toEqual([64, 96, 5, 5])
    expect(torch.get('decoder_in.0.bias')).toEqual([96])
  })

  it.each<[Partial<ModelSpec>, RegExp]>([
    [{ latent: 0 }, /^latent: is 0, wanted a whole number of at least 1/],
    [{ latent: 2.5 }, /^latent: is 2\.5, wanted a whole number/],
    [{ kind: 'ae', heads: 'relu' }, /^latent: is 64, but an autoencoder has no bottleneck\. Train a VAE/],
    [{ heads: 'relu' }, /^latent: is 64 with heads relu, .* Leave --heads out/],
    [{ stride: 1 }, /^latent: is 64 with stride 1, .* Use --kernel 4 --stride 2 --padding 2\./],
    [{ width: 26 }, /^latent: is 64 with pictures of 50x26, wanted square ones\. Add --size 26/],
    [
      { kernel: 3, padding: 1 },
      /^decoder_in\.0: no map becomes the picture's 50x50 .* Use --kernel 2 --stride 2 --padding 1\./,
    ],
    [{ latent: 4096, height: 242, width: 242 }, /^enc_out_1\.0 .*: its weight has \d+ elements, at most 16777216/],
  ])('%j cannot be one', (over, message) => {
    expect(messageOf(() => checkSpec(spec(over)))).toMatch(message)
    const cure = /--kernel (\d+) --stride (\d+) --padding (\d+)/.exec(messageOf(() => checkSpec(spec(over))))
    const [kernel, stride, padding] = cure?.slice(1).map(Number) ?? []
    if (kernel !== undefined)
      expect(() => checkSpec(spec({ ...over, kernel, stride: stride!, padding: padding! }))).not.toThrow()
  })
})

describe('a weights file', () => {
  const shapes = new Map(parameterSpecs(layerSpecs(spec())).map(({ name, torchShape }) => [name, torchShape] as const))
  const read = (metadata: Record<string, string>, flags: Partial<ModelSpec> = {}) =>
    specFromShapes(shapes, { metadata: { stride: '2', padding: '2', ...metadata }, flags }, 'w.st')

  it('says by its tensors how many numbers the latent has, and that the heads are linear', () => {
    expect(read({})).toEqual(spec())
    expect(read({ latent: '64', heads: 'linear', eyes_wasm: '1' }, { latent: 64, heads: 'linear' })).toEqual(spec())
    const plain = parameterSpecs(layerSpecs({ ...spec(), latent: undefined } as unknown as ModelSpec))
    const report = new Map(plain.map(({ name, torchShape }) => [name, torchShape] as const))
    const metadata = { stride: '2', padding: '2', heads: 'linear' }
    expect(specFromShapes(report, { metadata, flags: { latent: 0 } }, 'w')).not.toHaveProperty('latent')
    expect(messageOf(() => specFromShapes(report, { metadata, flags: { latent: 64 } }, 'w'))).toMatch(
      /say latent 0, not 64/,
    )
  })

  it.each<[Record<string, string>, Partial<ModelSpec>, RegExp]>([
    [{ latent: '32' }, {}, /say latent 64, not 32/],
    [{ latent: 'many' }, {}, /metadata "latent" is "many", wanted a whole number/],
    [{}, { latent: 32 }, /say latent 64, not 32/],
    [{}, { latent: 0 }, /say latent 64, not 0/],
    [{}, { heads: 'relu' }, /say heads linear, not relu/],
    [{ heads: 'relu' }, {}, /say heads linear, not relu/],
    [{}, { height: 18, width: 18 }, /spans maps of 8x8, but pictures of 18x18 come to 4x4.*--size/],
    [{ height: '18', width: '18' }, {}, /^w\.st: its bottleneck spans maps of 8x8/],
  ])('that says %j, with flags %j, is refused', (metadata, flags, message) => {
    expect(messageOf(() => read(metadata, flags))).toMatch(message)
  })

  it("goes to PyTorch's layout and back", () => {
    const specs = parameterSpecs(layerSpecs(small))
    const parameters = new Float32Array(parameterCount(specs)).map((_, i) => i)
    const tensors = toTorch(parameters, specs)
    const back = fromTorch(new Map(tensors.map(tensor => [tensor.name, tensor])), specs, 'test')
    expect(back.every((value, i) => value === parameters[i])).toBe(true)
    // torch [in, out, kh, kw] is ours [kh, kw, out, in].
    const spread = tensors.find(({ name }) => name === 'decoder_in.0.weight')!
    const { offset } = specs.find(({ name }) => name === 'decoder_in.0.weight')!
    const [input, output, row, column] = [3, 70, 1, 2]
    expect(spread.data[((input * 96 + output) * 3 + row) * 3 + column]).toBe(
      offset + ((row * 3 + column) * 96 + output) * 5 + input,
    )
  })
})

/** The model in plain loops: what it makes of one picture [H, W, 3], with its noise. */
function plainModel(
  layers: readonly LayerSpec[],
  parameters: ArrayLike<number>,
  image: Float64Array,
  noise: Float64Array,
) {
  const specs = parameterSpecs(layers)
  const tensor = (name: string) => {
    const { offset, size } = specs.find(parameter => parameter.name === name)!
    return Float64Array.from({ length: size }, (_, i) => parameters[offset + i]!)
  }
  const run = (layer: LayerSpec, x: Float64Array) => {
    const [w, bias, c] = [tensor(`${layer.name}.weight`), tensor(`${layer.name}.bias`), convolutionOf(layer)]
    return activate((layer.kind === 'Conv2d' ? conv2d : conv2dInputGradient)(x, w, c, bias), layer.activation)
  }
  const through = (prefix: string, x: Float64Array) =>
    layers.filter(({ name }) => name.startsWith(prefix)).reduce((value, layer) => run(layer, value), x)
  const hidden = through('encoder.', image)
  const [mean, logVariance] = [through('enc_out_1', hidden), through('enc_out_2', hidden)]
  const output = through('decoder', reparameterize(mean, logVariance, noise))
  return { output, mean, kl: klDivergence(mean, logVariance) }
}

describe('loss and gradients', () => {
  const layers = layerSpecs(small)
  const values = 18 * 18 * 3
  const draw = (random: Random) => ({
    image: Float64Array.from(random.floats(values, 0.8)),
    noise: Float64Array.from(random.floats(5, 2)),
  })

  it('are those of plain loops', async () => {
    const model = await openOneThread(small)
    initialize(model.specs, 1, model.parameters)
    model.parameters.forEach((value, i) => (model.parameters[i] = 2 * value))
    const { image, noise } = draw(new Random(4))
    const batch = {
      images: Float32Array.from(image),
      count: 1,
      noise: (shape: readonly number[]) => {
        expect(shape).toEqual([1, 1, 1, 5])
        return tf.tensor4d(Float32Array.from(noise), [1, 1, 1, 5])
      },
    }
    const lossOf = (parameters: ArrayLike<number>, klWeight: number) => {
      const { output, kl } = plainModel(layers, parameters, image, noise)
      // The evidence lower bound over the number of values: 5 latents for 972 of them.
      return { mse: meanSquare(output, image), kl, loss: sigmaLoss(output, image) + klWeight * (5 / values) * kl }
    }
    // A weight at which both terms pull.
    const klWeight = 20
    const found = model.computeGradient(batch, { loss: 'sigma', klWeight })
    const wanted = lossOf(model.parameters, klWeight)
    for (const key of ['loss', 'mse', 'kl'] as const)
      expect(Math.abs(found[key] - wanted[key])).toBeLessThan(1e-5 * Math.abs(wanted[key]))

    const isNew = ({ name }: { readonly name: string }) => /^(enc_out|decoder_in)/.test(name)
    const ends = ['encoder.0.weight', 'decoder.6.bias']
    const checked = model.specs.filter(parameter => isNew(parameter) || ends.includes(parameter.name))
    expect(checked).toHaveLength(8)
    for (const { name, offset, size } of checked) {
      const own = Float64Array.from(model.gradient.subarray(offset, offset + size))
      const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
      expect(norm, name).toBeGreaterThan(0)
      // The slope along the gradient itself is its length.
      const at = (step: number) => {
        const moved = Float64Array.from(model.parameters)
        own.forEach((value, i) => (moved[offset + i]! += (step * value) / norm))
        return lossOf(moved, klWeight).loss
      }
      expect((at(1e-5) - at(-1e-5)) / 2e-5 / norm, name).toBeCloseTo(1, 3)
    }
  })

  it('every number of the latent reaches every pixel', () => {
    const specs = parameterSpecs(layers)
    const parameters = new Float32Array(parameterCount(specs))
    initialize(specs, 1, parameters)
    const { image, noise } = draw(new Random(5))
    const { output } = plainModel(layers, parameters, image, noise)
    for (let i = 0; i < 5; i++) {
      const other = plainModel(
        layers,
        parameters,
        image,
        noise.map((value, j) => (i === j ? value + 3 : value)),
      ).output
      expect(other.filter((value, pixel) => value !== output[pixel])).toHaveLength(values)
    }
  })
})
