// jax-js's twins of the four models of other people, in its layouts: maps [N, C, H, W], filters [OC, C, KH, KW], matrices [in, out].
// Its Adam is in jax-training.ts. Speaks the line protocol of child.ts.
// Usage: node jax-model.js MODEL JOB_FOLDER IMAGES
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lax, nn, numpy as np } from '@jax-js/jax'
import type { OtherName } from '../../other-models.js'
import { createTraining, jaxName, type Loss, useJax, type Values } from '../jax-training.js'
import { learningRate } from '../learning-rate.js'
import type { OtherJob } from '../other-job.js'
import { serve } from '../serve.js'
import type { Parameter } from './parts.js'

const [name = '', folder = '', imageCount = ''] = process.argv.slice(2)
const count = Number(imageCount)
const epsilon = 1e-5

async function bytesOf(file: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, file))
  return buffer.slice(byteOffset, byteOffset + byteLength)
}

/** [N, H, W, C] as [N, C, H, W]; anything else as it is. */
const maps = (values: np.Array) => (values.ndim === 4 ? np.transpose(values, [0, 3, 1, 2]) : values)

function weightOf({ name, shape, offset, size }: Parameter, flat: Float32Array<ArrayBuffer>): np.Array {
  const values = np.array(flat.slice(offset, offset + size)).reshape([...shape])
  if (shape.length !== 4) return values
  return np.transpose(values, name.includes('depthwise') ? [2, 3, 0, 1] : [3, 2, 0, 1])
}

// ---- Layers. Each takes over what it is given, as all functions of jax-js do.

/** A vector as factors or summands of maps. */
const perChannel = (vector: np.Array) => vector.reshape([1, -1, 1, 1])

function convolve(v: Values, layer: string, x: np.Array, { stride = 1, padding = 0, groups = 1 } = {}): np.Array {
  const pads: [number, number][] = [
    [padding, padding],
    [padding, padding],
  ]
  const options = groups > 1 ? { featureGroupCount: groups } : {}
  return lax.convGeneralDilated(x, v[`${layer}.weight`]!, [stride, stride], pads, options)
}

function batchNorm(v: Values, layer: string, x: np.Array): np.Array {
  const centred = x.ref.sub(np.mean(x, [0, 2, 3], { keepdims: true }))
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true })
  const scaled = centred.div(np.sqrt(variance.add(epsilon))).mul(perChannel(v[`${layer}.scale`]!))
  return scaled.add(perChannel(v[`${layer}.offset`]!))
}

const dense = (v: Values, layer: string, x: np.Array) => np.matmul(x, v[`${layer}.weight`]!).add(v[`${layer}.bias`]!)

/** The largest of each 2 x 2. */
function maxPool(x: np.Array): np.Array {
  const [n, channels, height, width] = x.shape as [number, number, number, number]
  return np.max(x.reshape([n, channels, height / 2, 2, width / 2, 2]), [3, 5])
}

const crossEntropy = (logits: np.Array, y: np.Array) =>
  np.mean(np.sum(nn.logSoftmax(logits).mul(nn.oneHot(y, 10)), 1)).mul(-1)

// ---- Models

const losses: Record<OtherName, Loss> = {
  dense(v, x, y) {
    const first = nn.relu(dense(v, '1', x))
    return crossEntropy(dense(v, '3', nn.relu(dense(v, '2', first))), y)
  },
  lenet(v, x, y) {
    const block = (layer: string, input: np.Array, padding: number) =>
      maxPool(nn.relu(convolve(v, layer, input, { padding }).add(perChannel(v[`${layer}.bias`]!))))
    const rows = np.transpose(block('conv2', block('conv1', x, 2), 0), [0, 2, 3, 1]).reshape([count, 400])
    const second = nn.relu(dense(v, 'dense2', nn.relu(dense(v, 'dense1', rows))))
    return crossEntropy(dense(v, 'dense3', second), y)
  },
  mobilenet(v, x, y) {
    let z = nn.relu6(batchNorm(v, 'stem', convolve(v, 'stem', x, { padding: 1 })))
    for (const [i, stride] of [1, 2, 1, 2].entries()) {
      const depthwise = convolve(v, `${i}.depthwise`, z, { stride, padding: 1, groups: z.shape[1]! })
      z = nn.relu6(batchNorm(v, `${i}.depthwise`, depthwise))
      z = nn.relu6(batchNorm(v, `${i}.pointwise`, convolve(v, `${i}.pointwise`, z)))
    }
    return crossEntropy(dense(v, 'head', np.mean(z, [2, 3])), y)
  },
  'u-net'(v, x, y) {
    const block = (layer: string, input: np.Array) =>
      nn.relu(batchNorm(v, layer, convolve(v, layer, input, { padding: 1 })))
    const skipped = block('down', x)
    const bottom = block('bottom', maxPool(skipped.ref))
    const raised = np.repeat(np.repeat(bottom, 2, 2), 2, 3)
    const features = block('up', np.concatenate([raised, skipped], 1))
    const logits = convolve(v, 'head', features).add(perChannel(v['head.bias']!))
    // Cross-entropy of a logit z against y: max(z, 0) - y z + log(1 + exp(-|z|)).
    const tail = np.log1p(np.exp(np.abs(logits.ref).mul(-1)))
    return np.mean(nn.relu(logits.ref).sub(logits.mul(y)).add(tail))
  },
}

await useJax()
const job = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as OtherJob
const flat = new Float32Array(await bytesOf('weights.f32'))
const first: Values = Object.fromEntries(job.parameters.map(parameter => [parameter.name, weightOf(parameter, flat)]))
const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, count)
const x = np.array(new Float32Array(await bytesOf('x.f32')).slice(0, sizeOf(job.x))).reshape([count, ...job.x])
const labels = new Int32Array(await bytesOf('y.i32')).slice(0, sizeOf(job.y))
const y =
  job.y.length > 0
    ? maps(np.array(Float32Array.from(labels)).reshape([count, ...job.y]))
    : np.array(labels, { dtype: np.int32 })

const { loss, step } = createTraining(losses[name as OtherName], first, [maps(x), y], learningRate)
await serve({ name: jaxName, threads: 1, does: 'training', images: count }, { loss, step })
