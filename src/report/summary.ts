// The printed architecture of a model (Figures 1 and 3 of the report): PyTorch's notation, with each layer's output shape and number
// of parameters beside it. Text only.
import type { LayerSpec, ModelSpec, ParameterSpec } from '../models/spec.js'

const pair = (value: number) => `(${value}, ${value})`

/** A layer as PyTorch prints it; it leaves a padding of 0 out. */
function torchNotation({ kind, inChannels, outChannels, kernel, stride, padding }: LayerSpec): string {
  const padded = padding === 0 ? '' : `, padding=${pair(padding)}`
  return `${kind}(${inChannels}, ${outChannels}, kernel_size=${pair(kernel)}, stride=${pair(stride)}${padded})`
}

const grouped = (count: number) => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

type Row = readonly [layer: string, output: string, parameters: string]

/** The rows of one nn.Sequential: its convolutions, each with the activation that follows. */
function sequentialRows(name: string, layers: readonly LayerSpec[], count: (layer: LayerSpec) => number): Row[] {
  const rows = layers.flatMap((layer): Row[] => {
    const index = Number(layer.name.slice(name.length + 1))
    const shape = [layer.outChannels, ...layer.outputSize].join('x')
    const activation = layer.activation === 'relu' ? 'ReLU()' : 'Tanh()'
    return [
      [`    (${index}): ${torchNotation(layer)}`, shape, grouped(count(layer))],
      [`    (${index + 1}): ${activation}`, '', ''],
    ]
  })
  return [[`  (${name}): Sequential(`, '', ''], ...rows, ['  )', '', '']]
}

/**
 * Lines of the model summary, without line breaks at their ends.
 * @param layers `layerSpecs(spec)`; output shapes are printed as PyTorch orders them, channels x height x width
 * @param parameters `parameterSpecs(layers)`
 */
export function modelSummary(
  spec: ModelSpec,
  layers: readonly LayerSpec[],
  parameters: readonly ParameterSpec[],
): string[] {
  const count = (prefix: string) =>
    parameters.filter(({ name }) => name.startsWith(prefix)).reduce((sum, { size }) => sum + size, 0)
  const modules = [...new Set(layers.map(({ name }) => name.slice(0, name.lastIndexOf('.'))))]
  const rows: Row[] = [
    [spec.kind === 'ae' ? 'Autoencoder(' : 'VAE(', 'output', 'parameters'],
    ...modules.flatMap(name =>
      sequentialRows(
        name,
        layers.filter(layer => layer.name.slice(0, layer.name.lastIndexOf('.')) === name),
        layer => count(`${layer.name}.`),
      ),
    ),
    [')', '', ''],
  ]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(([layer, output, parameter]) =>
    `${layer.padEnd(widths[0]!)}  ${output.padStart(widths[1]!)}  ${parameter.padStart(widths[2]!)}`.trimEnd(),
  )
  const total = count('')
  const latent = layers.filter(({ kind }) => kind === 'Conv2d').at(-1)!
  return [
    ...lines,
    `${grouped(total)} parameters (${grouped(Math.ceil((total * 4) / 1000))} kB); input 3x${spec.height}x${spec.width}, latent ${[latent.outChannels, ...latent.outputSize].join('x')}`,
  ]
}
