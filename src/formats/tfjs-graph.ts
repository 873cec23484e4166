// A model as TensorFlow.js's graph model: model.json (a TensorFlow GraphDef in JSON, and the list of weights) and weights.bin, which
// plain tfjs loads with `tf.loadGraphModel`. NHWC, as tfjs works. Sits beside onnx.ts; experiments/ runs what was written.
// Not here: layers models, quantised or sharded weights.
import { layerSpecs, logVarianceLimit, parameterSpecs } from '../models/geometry.js'
import type { LayerSpec } from '../models/spec.js'
import { concatenate, floatBytes } from './bytes.js'
import { exportMetadata, graphLayers, outputNames, valueNames, type GraphLayer } from './export-graph.js'
import type { Weights } from './pytorch.js'

/** An attribute of a node; integers are decimal text and strings Base64, as protobuf's JSON has them. */
export interface GraphAttribute {
  readonly s?: string
  readonly i?: string
  readonly type?: string
  readonly list?: { readonly i: readonly string[] }
  readonly shape?: GraphShape
  readonly tensor?: { readonly dtype: string; readonly tensorShape: GraphShape }
}

interface GraphShape {
  readonly dim: readonly { readonly size: string }[]
}

export interface GraphNode {
  readonly name: string
  readonly op: string
  /** Names of the nodes whose outputs this one takes; a node stands after them. */
  readonly input?: readonly string[]
  readonly attr: Readonly<Record<string, GraphAttribute>>
}

export interface WeightEntry {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32'
}

type SignatureTensor = Readonly<{ name: string; dtype: 'DT_FLOAT'; tensorShape: GraphShape }>

/** What model.json holds. */
export interface GraphModelJson {
  readonly format: 'graph-model'
  readonly generatedBy: string
  readonly convertedBy: null
  readonly signature: {
    readonly inputs: Readonly<Record<string, SignatureTensor>>
    readonly outputs: Readonly<Record<string, SignatureTensor>>
  }
  readonly modelTopology: {
    readonly node: readonly GraphNode[]
    readonly versions: { readonly producer: number; readonly minConsumer: number }
  }
  readonly userDefinedMetadata: Readonly<Record<string, string>>
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly WeightEntry[] }[]
}

/** Names inside the folder of an exported model. */
export const graphModelFiles = { model: 'model.json', weights: 'weights.bin' } as const

/** GraphDef's version of explicit paddings, and the oldest reader; tfjs only shows them. */
const versions = { producer: 175, minConsumer: 12 }

const float: GraphAttribute = { type: 'DT_FLOAT' }
const int: GraphAttribute = { type: 'DT_INT32' }
const text = (value: string): GraphAttribute => ({ s: Buffer.from(value).toString('base64') })
const list = (values: readonly number[]): GraphAttribute => ({ list: { i: values.map(String) } })
const shapeOf = (sizes: readonly number[]): GraphShape => ({ dim: sizes.map(size => ({ size: String(size) })) })

/** A constant of the graph: a node and its values, which lie in weights.bin in the order of the list. */
interface Constant {
  readonly node: GraphNode
  readonly entry: WeightEntry
  readonly bytes: Uint8Array
}

function constant(name: string, shape: readonly number[], bytes: Uint8Array, dtype: WeightEntry['dtype']): Constant {
  const type = dtype === 'float32' ? float : int
  const tensor = { dtype: type.type!, tensorShape: shapeOf(shape) }
  return {
    node: { name, op: 'Const', attr: { dtype: type, value: { tensor } } },
    entry: { name, shape, dtype },
    bytes,
  }
}

const floats = (name: string, shape: readonly number[], values: ArrayLike<number>) =>
  constant(name, shape, floatBytes(values), 'float32')

function integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): Constant {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => view.setInt32(4 * i, value, true))
  return constant(name, shape, new Uint8Array(view.buffer), 'int32')
}

const floatNode = (
  op: string,
  name: string,
  input: readonly string[],
  attr: Readonly<Record<string, GraphAttribute>> = {},
): GraphNode => ({ name, op, input, attr: { T: float, ...attr } })

/** The number of images, taken from the input when the model runs: a transposed convolution has to be told its whole output shape. */
const batchNodes: readonly GraphNode[] = [
  { name: 'images_shape', op: 'Shape', input: [valueNames.images], attr: { T: float, out_type: int } },
  {
    name: 'batch',
    op: 'StridedSlice',
    input: ['images_shape', 'slice/begin', 'slice/end', 'slice/step'],
    attr: { T: int, Index: int, shrink_axis_mask: { i: '1' } },
  },
]
const batchConstants = [integers('slice/begin', [0]), integers('slice/end', [1]), integers('slice/step', [1])]

function activationNodes(activation: LayerSpec['activation'], input: string, output: string): GraphNode[] {
  switch (activation) {
    case 'linear':
      return []
    case 'clamp':
      return [floatNode('ClipByValue', output, [input, 'log_variance/low', 'log_variance/high'])]
    case 'relu':
      return [floatNode('Relu', output, [input])]
    case 'tanh':
      return [floatNode('Tanh', output, [input])]
  }
}

function layerNodes({ layer, input, output }: GraphLayer): GraphNode[] {
  const { name, kind, stride, padding, activation } = layer
  const attributes = {
    strides: list([1, stride, stride, 1]),
    dilations: list([1, 1, 1, 1]),
    padding: text('EXPLICIT'),
    explicit_paddings: list([0, 0, padding, padding, padding, padding, 0, 0]),
    data_format: text('NHWC'),
  }
  const convolved = `${name}/${kind}`
  const biased = activation === 'linear' ? output : `${name}/BiasAdd`
  const shape = `${name}/shape`
  const sizes = ['height', 'width', 'channels'].map(side => `${shape}/${side}`)
  const convolution =
    kind === 'Conv2d'
      ? [floatNode('Conv2D', convolved, [input, `${name}.weight`], attributes)]
      : [
          { name: shape, op: 'Pack', input: ['batch', ...sizes], attr: { T: int, N: { i: '4' }, axis: { i: '0' } } },
          floatNode('Conv2DBackpropInput', convolved, [shape, `${name}.weight`, input], attributes),
        ]
  return [
    ...convolution,
    floatNode('BiasAdd', biased, [convolved, `${name}.bias`], { data_format: text('NHWC') }),
    ...activationNodes(activation, biased, output),
  ]
}

/** Output sizes of the transposed layers. */
const sizeConstants = (layers: readonly GraphLayer[]) =>
  layers
    .filter(({ layer }) => layer.kind === 'ConvTranspose2d')
    .flatMap(({ layer: { name, outputSize, outChannels } }) => [
      integers(`${name}/shape/height`, [outputSize[0]], []),
      integers(`${name}/shape/width`, [outputSize[1]], []),
      integers(`${name}/shape/channels`, [outChannels], []),
    ])

/** Our layout is TensorFlow's: Conv2D [kh, kw, in, out], Conv2DBackpropInput [kh, kw, out, in]. */
const parameterConstants = ({ spec, parameters }: Weights) =>
  parameterSpecs(layerSpecs(spec)).map(({ name, shape, offset, size }) =>
    floats(name, shape, parameters.subarray(offset, offset + size)),
  )

const logVarianceLimits = { 'log_variance/low': -logVarianceLimit, 'log_variance/high': logVarianceLimit }

function graphNodes(layers: readonly GraphLayer[], imageShape: readonly number[]): GraphNode[] {
  return [
    { name: valueNames.images, op: 'Placeholder', attr: { dtype: float, shape: { shape: shapeOf(imageShape) } } },
    ...batchNodes,
    // [0, 1] to the models' [-1, 1] …
    floatNode('Mul', 'images_doubled', [valueNames.images, 'two']),
    floatNode('Sub', valueNames.scaled, ['images_doubled', 'one']),
    ...layers.flatMap(layerNodes),
    // … and back.
    floatNode('AddV2', 'reconstructions_doubled', [layers.at(-1)!.output, 'one']),
    floatNode('Mul', valueNames.reconstructions, ['reconstructions_doubled', 'half']),
  ]
}

/**
 * A model as the text of model.json and the bytes of weights.bin.
 * Input `images` [N, H, W, 3], RGB, 0 to 1; outputs `reconstructions` of the same shape and range, and `latent` or, for a VAE, `mean` and
 * `log_variance`, [N, h, w, C]. A VAE decodes its mean. `version` is this package's.
 */
export function graphModel(weights: Weights, version: string): { json: string; weights: Uint8Array<ArrayBuffer> } {
  const { spec } = weights
  const layers = graphLayers(spec)
  const imageShape = [-1, spec.height, spec.width, 3]
  const limits = spec.heads === 'linear' ? logVarianceLimits : {}
  const scalars = Object.entries({ one: 1, two: 2, half: 0.5, ...limits }).map(([name, value]) =>
    floats(name, [], [value]),
  )
  const constants = [...scalars, ...batchConstants, ...sizeConstants(layers), ...parameterConstants(weights)]
  const tensorOf = (name: string): SignatureTensor => {
    const latent = layers.find(({ output, isLatent }) => isLatent && output === name)?.layer
    const shape = latent ? [-1, ...latent.outputSize, latent.outChannels] : imageShape
    return { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeOf(shape) }
  }
  const file: GraphModelJson = {
    format: 'graph-model',
    generatedBy: `eyes-wasm ${version}`,
    convertedBy: null,
    signature: {
      inputs: { [valueNames.images]: tensorOf(valueNames.images) },
      outputs: Object.fromEntries(outputNames(spec.kind).map(name => [name, tensorOf(name)])),
    },
    modelTopology: { node: [...constants.map(({ node }) => node), ...graphNodes(layers, imageShape)], versions },
    userDefinedMetadata: exportMetadata(spec, version),
    weightsManifest: [{ paths: [graphModelFiles.weights], weights: constants.map(({ entry }) => entry) }],
  }
  return { json: JSON.stringify(file), weights: concatenate(constants.map(({ bytes }) => bytes)) }
}
