// The printed architecture of a model (Figures 1 and 3 of the report): PyTorch's notation, with each layer's output shape and number
// of parameters beside it; and by which algorithm each layer is computed. Text only.
import { layerAlgorithms } from '../models/algorithms.js'
import { logVarianceLimit } from '../models/geometry.js'
import type { LayerSpec, ModelSpec, ParameterSpec } from '../models/spec.js'

const pair = (value: number) => `(${value}, ${value})`

/** A layer as PyTorch prints it; it leaves a padding of 0 out. */
function printed({ kind, inChannels, outChannels, kernel, stride, padding }: LayerSpec): string {
  const padded = padding === 0 ? '' : `, padding=${pair(padding)}`
  return `${kind}(${inChannels}, ${outChannels}, kernel_size=${pair(kernel)}, stride=${pair(stride)}${padded})`
}

/** The same layer as one would write it in PyTorch, for narrow terminals. */
function written({ kind, inChannels, outChannels, kernel, stride, padding }: LayerSpec): string {
  return `${kind}(${inChannels}, ${outChannels}, ${kernel}, stride=${stride}, padding=${padding})`
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

type Row = readonly [layer: string, output: string, parameters: string]
type AlgorithmRow = readonly [layer: string, forward: string, inputGradient: string, filterGradient: string]

const activations: Readonly<Record<LayerSpec['activation'], string | null>> = {
  relu: 'ReLU()',
  tanh: 'Tanh()',
  clamp: `Hardtanh(min_val=-${logVarianceLimit}, max_val=${logVarianceLimit})`,
  linear: null,
}

function activationRow({ activation }: LayerSpec, index: number): Row[] {
  const text = activations[activation]
  return text === null ? [] : [[`    (${index}): ${text}`, '', '']]
}

/** The rows of one nn.Sequential: its convolutions, each with the activation that follows. */
function sequentialRows(
  name: string,
  layers: readonly LayerSpec[],
  count: (layer: LayerSpec) => number,
  notation: (layer: LayerSpec) => string,
): Row[] {
  const rows = layers.flatMap((layer): Row[] => {
    const index = Number(layer.name.slice(name.length + 1))
    const shape = [layer.outChannels, ...layer.outputSize].join('x')
    return [[`    (${index}): ${notation(layer)}`, shape, grouped(count(layer))], ...activationRow(layer, index + 1)]
  })
  return [[`  (${name}): Sequential(`, '', ''], ...rows, ['  )', '', '']]
}

/** The module's path without the layer's index: `encoder.2` is part of `encoder`. */
const moduleOf = ({ name }: LayerSpec) => name.slice(0, name.lastIndexOf('.'))

function align(rows: readonly Row[]): string[] {
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(([layer, output, parameters]) =>
    `${layer.padEnd(widths[0]!)}  ${output.padStart(widths[1]!)}  ${parameters.padStart(widths[2]!)}`.trimEnd(),
  )
}

/**
 * Lines of the model summary, without line breaks at their ends.
 * @param layers `layerSpecs(spec)`; output shapes are printed as PyTorch orders them, channels x height x width
 * @param parameters `parameterSpecs(layers)`
 * @param columns width of the terminal: where PyTorch's own printing does not fit, layers are written shorter
 */
export function modelSummary(
  spec: ModelSpec,
  layers: readonly LayerSpec[],
  parameters: readonly ParameterSpec[],
  columns = Infinity,
): string[] {
  const count = (prefix: string) =>
    parameters.filter(({ name }) => name.startsWith(prefix)).reduce((sum, { size }) => sum + size, 0)
  const tree = (notation: (layer: LayerSpec) => string) =>
    align([
      [spec.kind === 'ae' ? 'Autoencoder(' : 'VAE(', 'output', 'parameters'],
      ...[...new Set(layers.map(moduleOf))].flatMap(name => {
        const own = layers.filter(layer => moduleOf(layer) === name)
        return sequentialRows(name, own, layer => count(`${layer.name}.`), notation)
      }),
      [')', '', ''],
    ])
  const full = tree(printed)
  const fits = full.every(line => line.length <= columns)
  const latent = layers.findLast(({ kind }) => kind === 'Conv2d')!
  const latentShape = [latent.outChannels, ...latent.outputSize].join('x')
  const total = count('')
  return [
    ...(fits ? full : tree(written)),
    `${grouped(total)} parameters (${grouped(Math.ceil((total * 4) / 1000))} kB), input 3x${spec.height}x${spec.width}, latent ${latentShape}`,
  ]
}

/**
 * Lines of the table of algorithms, at most 80 columns wide: each layer's forward pass, gradient of its input and gradient of its filter. They
 * depend on the model and the picture's size alone, and so does the last bit of what is computed.
 * @param layers `layerSpecs(spec)`; nobody asks for the gradient of the first one's input, the pictures
 */
export function algorithmSummary(layers: readonly LayerSpec[]): string[] {
  const rows: AlgorithmRow[] = [
    ['algorithm', 'forward', 'input gradient', 'filter gradient'],
    ...layers.map((layer, i): AlgorithmRow => {
      const { forward, inputGradient, filterGradient } = layerAlgorithms(layer)
      return [`  ${layer.name}`, forward, i === 0 ? '-' : inputGradient, filterGradient]
    }),
  ]
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const inTiles = rows.flat().some(name => name.includes('F('))
  const count = rows
    .flat()
    .find(name => /^\d/.test(name))
    ?.split(' ')[0]
  const parts = count === undefined ? '' : `; ${count} F(m,k): in ${count} parts`
  return [
    ...rows.map(row =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    ),
    ...(inTiles ? [`F(m,k): Winograd's, m outputs of k taps along an axis${parts}`] : []),
  ]
}
