// A model as an ONNX file: operator set 13, float32, NCHW as PyTorch exports have it, tensors under PyTorch's names. Field numbers are
// those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Sits on protobuf.ts; checking the file with a runtime
// is experiments/. Not here: reading ONNX, training, other element types.
import { layerSpecs, logVarianceLimit, parameterSpecs } from '../models/geometry.js'
import type { LayerSpec, ModelSpec } from '../models/spec.js'
import { concatenate, floatBytes } from './bytes.js'
import { exportMetadata, graphLayers, outputNames, valueNames, type GraphLayer } from './export-graph.js'
import { bytesField, integerField, messageField } from './protobuf.js'
import { toTorch, type Weights } from './pytorch.js'

/** onnx.proto: message and field -> field number, as far as they are written here. */
const fields = {
  model: { irVersion: 1, producer: 2, producerVersion: 3, doc: 6, graph: 7, opset: 8, metadata: 14 },
  opset: { version: 2 },
  metadata: { key: 1, value: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, type: 4, attribute: 5 },
  attribute: { name: 1, integers: 8, type: 20 },
  tensor: { dimension: 1, type: 2, name: 8, raw: 9 },
  value: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { element: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1, parameter: 2 },
} as const

/** Operator set 13 came with version 7 of the format (ONNX 1.8, 2020): old enough for every runtime in use. */
const operatorSet = 13
const irVersion = 7
const floatType = 1 // TensorProto.DataType.FLOAT
const integersType = 7 // AttributeProto.AttributeType.INTS

const tensor = (name: string, shape: readonly number[], data: ArrayLike<number>) =>
  messageField(fields.graph.initializer, [
    ...shape.map(size => integerField(fields.tensor.dimension, size)),
    integerField(fields.tensor.type, floatType),
    bytesField(fields.tensor.name, name),
    bytesField(fields.tensor.raw, floatBytes(data)),
  ])

const integers = (name: string, values: readonly number[]) =>
  messageField(fields.node.attribute, [
    bytesField(fields.attribute.name, name),
    ...values.map(value => integerField(fields.attribute.integers, value)),
    integerField(fields.attribute.type, integersType),
  ])

const node = (type: string, inputs: readonly string[], output: string, attributes: readonly Uint8Array[] = []) =>
  messageField(fields.graph.node, [
    ...inputs.map(input => bytesField(fields.node.input, input)),
    bytesField(fields.node.output, output),
    bytesField(fields.node.name, output),
    bytesField(fields.node.type, type),
    ...attributes,
  ])

/** A float32 input or output of the graph; a word stands for a size that the caller chooses. */
function value(field: number, name: string, shape: readonly (number | string)[]) {
  const dimensions = shape.map(size =>
    messageField(fields.shape.dimension, [
      typeof size === 'number'
        ? integerField(fields.dimension.value, size)
        : bytesField(fields.dimension.parameter, size),
    ]),
  )
  const tensorType = [
    integerField(fields.tensorType.element, floatType),
    messageField(fields.tensorType.shape, dimensions),
  ]
  return messageField(field, [
    bytesField(fields.value.name, name),
    messageField(fields.value.type, [messageField(fields.type.tensor, tensorType)]),
  ])
}

function activationNodes(activation: LayerSpec['activation'], input: string, output: string): Uint8Array[] {
  switch (activation) {
    case 'linear':
      return []
    case 'clamp':
      return [node('Clip', [input, 'log_variance_low', 'log_variance_high'], output)]
    case 'relu':
      return [node('Relu', [input], output)]
    case 'tanh':
      return [node('Tanh', [input], output)]
  }
}

/** Convolution and activation; ConvTranspose's output has exactly the size of PyTorch's, so no output padding. */
function layerNodes({ layer, input, output }: GraphLayer): Uint8Array[] {
  const { name, kind, kernel, stride, padding, activation } = layer
  const convolved = `${name}.${kind}`
  const attributes = [
    integers('kernel_shape', [kernel, kernel]),
    integers('strides', [stride, stride]),
    integers('pads', [padding, padding, padding, padding]),
  ]
  const type = kind === 'Conv2d' ? 'Conv' : 'ConvTranspose'
  return [
    node(type, [input, `${name}.weight`, `${name}.bias`], activation === 'linear' ? output : convolved, attributes),
    ...activationNodes(activation, convolved, output),
  ]
}

/** [N, 3, H, W] on [0, 1] to [-1, 1] at the start, and back at the end. */
const scalars = { one: 1, two: 2, half: 0.5 }
const limits = { log_variance_low: -logVarianceLimit, log_variance_high: logVarianceLimit }
const scaleIn = () => [
  node('Mul', [valueNames.images, 'two'], 'images_doubled'),
  node('Sub', ['images_doubled', 'one'], valueNames.scaled),
]
const scaleOut = (last: string) => [
  node('Add', [last, 'one'], 'reconstructions_doubled'),
  node('Mul', ['reconstructions_doubled', 'half'], valueNames.reconstructions),
]

function graph({ spec, parameters }: Weights): Uint8Array[] {
  const layers = graphLayers(spec)
  const image = ['batch', 3, spec.height, spec.width]
  const latents = layers.filter(({ isLatent }) => isLatent)
  return [
    bytesField(fields.graph.name, `eyes-wasm ${spec.kind}`),
    ...scaleIn(),
    ...layers.flatMap(layerNodes),
    ...scaleOut(layers.at(-1)!.output),
    ...Object.entries({ ...scalars, ...(spec.heads === 'linear' && limits) }).map(([name, number]) =>
      tensor(name, [], [number]),
    ),
    ...toTorch(parameters, parameterSpecs(layerSpecs(spec))).map(({ name, shape, data }) => tensor(name, shape, data)),
    value(fields.graph.input, valueNames.images, image),
    value(fields.graph.output, valueNames.reconstructions, image),
    ...latents.map(({ output, layer }) =>
      value(fields.graph.output, output, ['batch', layer.outChannels, ...layer.outputSize]),
    ),
  ]
}

const describe = ({ kind, height, width }: ModelSpec) =>
  `${kind === 'ae' ? 'Autoencoder' : 'Variational autoencoder'}. Input ${valueNames.images}: float32 [batch, 3, ${height}, ${width}], ` +
  `RGB, 0 to 1. Outputs: ${outputNames(kind).join(', ')}; ${valueNames.reconstructions} are like the input.` +
  (kind === 'vae' ? ' The mean is decoded; no noise is drawn.' : '')

/**
 * A model as the bytes of an ONNX file.
 * Input `images` [batch, 3, H, W], RGB, 0 to 1; outputs `reconstructions` of the same shape and range, and `latent` or, for a VAE, `mean`
 * and `log_variance`, [batch, C, h, w]. A VAE decodes its mean. `version` is this package's.
 */
export function onnxModel(weights: Weights, version: string): Uint8Array<ArrayBuffer> {
  const metadata = Object.entries(exportMetadata(weights.spec, version))
  return concatenate([
    integerField(fields.model.irVersion, irVersion),
    bytesField(fields.model.producer, 'eyes-wasm'),
    bytesField(fields.model.producerVersion, version),
    bytesField(fields.model.doc, describe(weights.spec)),
    messageField(fields.model.graph, graph(weights)),
    messageField(fields.model.opset, [integerField(fields.opset.version, operatorSet)]),
    ...metadata.map(([key, text]) =>
      messageField(fields.model.metadata, [
        bytesField(fields.metadata.key, key),
        bytesField(fields.metadata.value, text),
      ]),
    ),
  ])
}
