// The choice of algorithm: the same for every batch, thread and vector mode, direct where Winograd's cannot be, and, because it decides
// the last bits of every result that is published, what it is for each layer of the report's models.
import { afterEach, describe, expect, it } from 'vitest'
import { algorithmName, chooseAlgorithm, tileSizes } from '../../src/kernels/algorithm.js'
import { squareConvInfo } from '../../src/kernels/square-convolution.js'
import { layerAlgorithms } from '../../src/models/algorithms.js'
import { layerSpecs } from '../../src/models/geometry.js'
import { reportGeometries } from '../../src/report/published.js'
import { setVectorMode } from '../../src/wasm/revectorize.js'
import { infoOf, makeCase } from './conv-cases.js'
import { reportConvolutions, reportSpec } from './report-layers.js'

afterEach(() => {
  setVectorMode('simd128')
})

const convKernels = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const

describe('chooseAlgorithm', () => {
  it('says the same for every batch, in either vector mode, and every time', () => {
    const choices = () =>
      reportConvolutions().flatMap(c =>
        [1, 2, 41, 164].flatMap(batch => convKernels.map(kernel => chooseAlgorithm(kernel, infoOf({ ...c, batch })))),
      )
    const first = choices()
    for (let i = 0; i < first.length; i += 12)
      for (let j = 3; j < 12; j++) expect(first[i + j]).toEqual(first[i + (j % 3)])
    expect(choices()).toEqual(first)
    setVectorMode('revectorized')
    expect(choices()).toEqual(first)
  })

  it('takes only what there are kernels for', () => {
    const chosen = reportConvolutions().flatMap(c => convKernels.map(kernel => chooseAlgorithm(kernel, infoOf(c))))
    for (const algorithm of chosen) if (algorithm !== 'direct') expect(tileSizes).toContain(algorithm)
    expect(new Set(chosen).size).toBeGreaterThan(3)
  })

  it('is direct for filters and strides that are not square, and for dilated ones', () => {
    const large = { height: 50, width: 50, inChannels: 24, outChannels: 48 }
    expect(chooseAlgorithm('Conv2D', infoOf(makeCase(large)!))).not.toBe('direct')
    for (const choice of [{ kernel: [3, 5] }, { stride: [1, 2] }, { dilation: [2, 2] }, { dilation: [1, 2] }] as const)
      for (const kernel of convKernels)
        expect(chooseAlgorithm(kernel, infoOf(makeCase({ ...large, ...choice })!)), JSON.stringify(choice)).toBe(
          'direct',
        )
  })
})

describe('the input gradient', () => {
  it('is ranked by the pixels that it writes, more than dy has where nothing is padded', () => {
    const lenet = { height: 14, width: 14, kernel: 5, stride: 1, padding: 0, inChannels: 6, outChannels: 16 }
    expect(chooseAlgorithm('Conv2DBackpropInput', squareConvInfo(lenet))).toEqual({ points: 8, outputs: 4 })
  })
})

describe('squareConvInfo', () => {
  it("is what tfjs's computeConv2DInfo gives", () => {
    for (const c of reportConvolutions()) {
      const { height, width, inChannels, outChannels } = c
      const [kernel, stride, padding] = [c.kernel[0], c.stride[0], c.pad[0][0]]
      const ours = squareConvInfo({ height, width, kernel, stride, padding, inChannels, outChannels })
      const { padInfo, ...theirs } = infoOf(c)
      expect(ours).toMatchObject(theirs)
      expect({ ...ours.padInfo, type: padInfo.type }).toEqual(padInfo)
    }
  })
})

describe('algorithmName', () => {
  it('counts the convolutions that one is cut into', () => {
    const size = tileSizes.find(({ points, outputs }) => points + 1 - outputs === 3)!
    const name = (kernel: number, stride: number) =>
      algorithmName(
        'Conv2D',
        squareConvInfo({ height: 9, width: 9, kernel, stride, padding: 1, inChannels: 4, outChannels: 4 }),
        size,
      )
    expect([name(3, 1), name(5, 1), name(9, 1), name(6, 2)]).toEqual(
      ['', '4 ', '9 ', '4 '].map(groups => `${groups}F(${size.outputs},3)`),
    )
  })
})

describe('a bottleneck', () => {
  it('is computed directly: there is one place, and no tile to share work in', () => {
    for (const latent of [1, 16, 64, 257])
      for (const geometry of [
        [4, 2, 2],
        [6, 2, 3],
      ] as const) {
        const layers = layerSpecs({ ...reportSpec('vae', geometry), heads: 'linear', latent })
        const spanning = layers.filter(({ name }) => /^(enc_out|decoder_in)/.test(name))
        expect(spanning).toHaveLength(3)
        for (const layer of spanning)
          expect(layerAlgorithms(layer)).toEqual({
            forward: 'direct',
            inputGradient: 'direct',
            filterGradient: 'direct',
          })
        const others = (all: typeof layers) =>
          all.filter(({ name }) => /^(encoder|decoder\.)/.test(name)).map(layerAlgorithms)
        expect(others(layers)).toEqual(others(layerSpecs(reportSpec('vae', geometry))))
      }
  })
})

describe("the report's models", () => {
  it('are computed by these: layer, forward, input gradient, filter gradient', () => {
    const models = (['ae', 'vae'] as const).flatMap(kind => reportGeometries.map(g => [kind, g] as const))
    const table = models.flatMap(([kind, geometry]) => [
      `${kind} (${geometry.join()})`,
      ...layerSpecs(reportSpec(kind, geometry)).map(layer => {
        const { forward, inputGradient, filterGradient } = layerAlgorithms(layer)
        const cells = [layer.name.padEnd(12), forward.padEnd(10), inputGradient.padEnd(10), filterGradient]
        return `  ${cells.join('')}`
      }),
    ])
    expect(table.join('\n')).toMatchInlineSnapshot(`
      "ae (3,1,1)
        encoder.0   direct    F(5,3)    direct
        encoder.2   F(5,3)    F(5,3)    F(5,3)
        encoder.4   F(5,3)    F(5,3)    F(5,3)
        decoder.0   F(5,3)    F(5,3)    F(5,3)
        decoder.2   F(5,3)    F(5,3)    F(5,3)
        decoder.4   F(5,3)    direct    direct
      ae (5,1,2)
        encoder.0   direct    F(4,5)    direct
        encoder.2   F(4,5)    F(4,5)    F(4,5)
        encoder.4   F(4,5)    F(4,5)    F(4,5)
        decoder.0   F(4,5)    F(4,5)    F(4,5)
        decoder.2   F(4,5)    F(4,5)    F(4,5)
        decoder.4   F(4,5)    direct    direct
      ae (7,1,3)
        encoder.0   4 F(5,4)  4 F(5,4)  4 F(5,4)
        encoder.2   4 F(5,4)  4 F(5,4)  4 F(5,4)
        encoder.4   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.0   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.2   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.4   4 F(5,4)  4 F(5,4)  4 F(5,4)
      ae (9,1,4)
        encoder.0   9 F(5,3)  9 F(5,3)  9 F(5,3)
        encoder.2   9 F(5,3)  9 F(5,3)  9 F(5,3)
        encoder.4   9 F(5,3)  4 F(4,5)  9 F(5,3)
        decoder.0   4 F(4,5)  9 F(5,3)  9 F(5,3)
        decoder.2   9 F(5,3)  9 F(5,3)  9 F(5,3)
        decoder.4   9 F(5,3)  9 F(5,3)  9 F(5,3)
      ae (4,2,2)
        encoder.0   direct    4 F(5,2)  direct
        encoder.2   4 F(7,2)  4 F(7,2)  4 F(7,2)
        encoder.4   4 F(4,2)  4 F(7,2)  4 F(4,2)
        decoder.0   4 F(7,2)  4 F(4,2)  4 F(4,2)
        decoder.2   4 F(7,2)  4 F(7,2)  4 F(7,2)
        decoder.4   4 F(5,2)  direct    direct
      ae (6,2,3)
        encoder.0   direct    4 F(4,3)  direct
        encoder.2   4 F(5,3)  4 F(5,3)  4 F(5,3)
        encoder.4   4 F(4,3)  4 F(4,3)  4 F(4,3)
        decoder.0   4 F(4,3)  4 F(4,3)  4 F(4,3)
        decoder.2   4 F(5,3)  4 F(5,3)  4 F(5,3)
        decoder.4   4 F(4,3)  direct    direct
      vae (3,1,1)
        encoder.0   direct    F(5,3)    direct
        encoder.2   F(5,3)    F(5,3)    F(5,3)
        encoder.4   F(5,3)    F(5,3)    F(5,3)
        enc_out_1.0 F(5,3)    F(5,3)    F(5,3)
        enc_out_2.0 F(5,3)    F(5,3)    F(5,3)
        decoder.0   F(5,3)    F(5,3)    F(5,3)
        decoder.2   F(5,3)    F(5,3)    F(5,3)
        decoder.4   F(5,3)    F(5,3)    F(5,3)
        decoder.6   F(5,3)    direct    direct
      vae (5,1,2)
        encoder.0   direct    F(4,5)    direct
        encoder.2   F(4,5)    F(4,5)    F(4,5)
        encoder.4   F(4,5)    F(4,5)    F(4,5)
        enc_out_1.0 F(4,5)    F(4,5)    F(4,5)
        enc_out_2.0 F(4,5)    F(4,5)    F(4,5)
        decoder.0   F(4,5)    F(4,5)    F(4,5)
        decoder.2   F(4,5)    F(4,5)    F(4,5)
        decoder.4   F(4,5)    F(4,5)    F(4,5)
        decoder.6   F(4,5)    direct    direct
      vae (7,1,3)
        encoder.0   4 F(5,4)  4 F(5,4)  4 F(5,4)
        encoder.2   4 F(5,4)  4 F(5,4)  4 F(5,4)
        encoder.4   4 F(5,4)  4 F(5,4)  4 F(5,4)
        enc_out_1.0 4 F(5,4)  4 F(5,4)  4 F(5,4)
        enc_out_2.0 4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.0   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.2   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.4   4 F(5,4)  4 F(5,4)  4 F(5,4)
        decoder.6   4 F(5,4)  4 F(5,4)  4 F(5,4)
      vae (9,1,4)
        encoder.0   9 F(5,3)  9 F(5,3)  9 F(5,3)
        encoder.2   9 F(5,3)  9 F(5,3)  9 F(5,3)
        encoder.4   9 F(5,3)  4 F(4,5)  9 F(5,3)
        enc_out_1.0 4 F(4,5)  4 F(4,5)  4 F(4,5)
        enc_out_2.0 4 F(4,5)  4 F(4,5)  4 F(4,5)
        decoder.0   4 F(4,5)  4 F(4,5)  4 F(4,5)
        decoder.2   4 F(4,5)  9 F(5,3)  9 F(5,3)
        decoder.4   9 F(5,3)  9 F(5,3)  9 F(5,3)
        decoder.6   9 F(5,3)  9 F(5,3)  9 F(5,3)
      vae (4,2,2)
        encoder.0   direct    4 F(5,2)  direct
        encoder.2   4 F(7,2)  4 F(7,2)  4 F(7,2)
        encoder.4   4 F(4,2)  4 F(7,2)  4 F(4,2)
        enc_out_1.0 4 F(5,2)  4 F(4,2)  4 F(5,2)
        enc_out_2.0 4 F(5,2)  4 F(4,2)  4 F(5,2)
        decoder.0   4 F(4,2)  4 F(5,2)  4 F(5,2)
        decoder.2   4 F(7,2)  4 F(4,2)  4 F(4,2)
        decoder.4   4 F(7,2)  4 F(7,2)  4 F(7,2)
        decoder.6   4 F(5,2)  direct    direct
      vae (6,2,3)
        encoder.0   direct    4 F(4,3)  direct
        encoder.2   4 F(5,3)  4 F(5,3)  4 F(5,3)
        encoder.4   4 F(4,3)  4 F(4,3)  4 F(4,3)
        enc_out_1.0 4 F(5,3)  4 F(5,3)  4 F(5,3)
        enc_out_2.0 4 F(5,3)  4 F(5,3)  4 F(5,3)
        decoder.0   4 F(5,3)  4 F(5,3)  4 F(5,3)
        decoder.2   4 F(4,3)  4 F(4,3)  4 F(4,3)
        decoder.4   4 F(5,3)  4 F(5,3)  4 F(5,3)
        decoder.6   4 F(4,3)  direct    direct"
    `)
  })
})
