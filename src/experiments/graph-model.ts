// Runs an exported tfjs graph model from its files, with plain tfjs ops on the eyes-wasm backend: what `tf.loadGraphModel` would compute,
// for checking a file where the user has no tfjs. Knows the operators that formats/tfjs-graph.ts writes, and no others.
import * as tf from '@tensorflow/tfjs-core'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  graphModelFiles,
  type GraphAttribute,
  type GraphModelJson,
  type GraphNode,
  type WeightEntry,
} from '../formats/tfjs-graph.js'
import { backendName } from '../kernels/backend.js'
import { registerEyesWasm } from '../kernels/register.js'

interface GraphFiles {
  readonly json: GraphModelJson
  readonly weights: ArrayBuffer
}

async function readFiles(folder: string): Promise<GraphFiles> {
  const json = JSON.parse(await readFile(join(folder, graphModelFiles.model), 'utf8')) as GraphModelJson
  const [group] = json.weightsManifest
  const bytes = await readFile(join(folder, group!.paths[0]!))
  return { json, weights: new Uint8Array(bytes).buffer }
}

function constants({ json, weights }: GraphFiles): Map<string, tf.Tensor> {
  const view = new DataView(weights)
  let at = 0
  const read = ({ shape, dtype }: WeightEntry) => {
    const values = Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
      const value = dtype === 'float32' ? view.getFloat32(at, true) : view.getInt32(at, true)
      at += 4
      return value
    })
    return tf.tensor(values, [...shape], dtype)
  }
  const entries = json.weightsManifest.flatMap(group => group.weights)
  return new Map(entries.map(entry => [entry.name, read(entry)]))
}

const numbers = (attribute: GraphAttribute | undefined) => attribute!.list!.i.map(Number)

function geometry({ attr }: GraphNode) {
  const [, strideHeight, strideWidth] = numbers(attr.strides) as [number, number, number]
  const pads = numbers(attr.explicit_paddings)
  const pair = (dimension: number): [number, number] => [pads[2 * dimension]!, pads[2 * dimension + 1]!]
  const strides: [number, number] = [strideHeight, strideWidth]
  const padding: tf.backend_util.ExplicitPadding = [pair(0), pair(1), pair(2), pair(3)]
  return { strides, padding }
}

type Operator = (inputs: readonly tf.Tensor[], node: GraphNode) => tf.Tensor
type Shape4 = [number, number, number, number]

const operators: Readonly<Record<string, Operator>> = {
  Mul: ([a, b]) => tf.mul(a!, b!),
  Sub: ([a, b]) => tf.sub(a!, b!),
  AddV2: ([a, b]) => tf.add(a!, b!),
  BiasAdd: ([x, bias]) => tf.add(x!, bias!),
  Relu: ([x]) => tf.relu(x!),
  Tanh: ([x]) => tf.tanh(x!),
  ClipByValue: ([x, low, high]) => tf.clipByValue(x!, low!.dataSync()[0]!, high!.dataSync()[0]!),
  Shape: ([x]) => tf.tensor1d(x!.shape, 'int32'),
  StridedSlice: ([x, begin]) => tf.reshape(tf.slice1d(x as tf.Tensor1D, begin!.dataSync()[0]!, 1), []),
  Pack: inputs => tf.stack([...inputs]),
  Conv2D: ([x, filter], node) => {
    const { strides, padding } = geometry(node)
    return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, padding)
  },
  Conv2DBackpropInput: ([shape, filter, x], node) => {
    const { strides, padding } = geometry(node)
    const outputShape = Array.from(shape!.dataSync()) as Shape4
    return tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, outputShape, strides, padding)
  },
}

/** Every node in its order; the file has them so that each comes after those it takes. */
function execute(files: GraphFiles, inputs: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor> {
  const values = new Map([...constants(files), ...inputs])
  for (const node of files.json.modelTopology.node) {
    if (node.op === 'Const' || node.op === 'Placeholder') continue
    const taken = (node.input ?? []).map(name => values.get(name))
    const operator = operators[node.op]
    if (!operator || taken.some(value => value === undefined))
      throw new Error(
        `${graphModelFiles.model}: node ${node.name} (${node.op}) cannot be computed from what is before it`,
      )
    values.set(node.name, operator(taken as tf.Tensor[], node))
  }
  return values
}

/**
 * Outputs by name of the graph model in `folder`.
 * @param images [count, H, W, 3], 0 to 1
 * @throws Error when the files are missing, are not a graph of our operators, or lack a value
 */
export async function runGraphModel(
  folder: string,
  images: Float32Array,
  shape: readonly [number, number, number, number],
): Promise<Map<string, Float32Array>> {
  const files = await readFiles(folder)
  registerEyesWasm()
  await tf.setBackend(backendName)
  tf.engine().startScope()
  try {
    const { inputs, outputs } = files.json.signature
    const input = tf.tensor4d(images, [...shape])
    const values = execute(files, new Map(Object.keys(inputs).map(name => [name, input])))
    const results = Object.keys(outputs).map(name => [name, values.get(name)!.dataSync<'float32'>().slice()] as const)
    return new Map(results)
  } finally {
    tf.engine().endScope()
  }
}
