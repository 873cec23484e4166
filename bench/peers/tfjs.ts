// tfjs's own CPU backends as contenders, in a process of their own: `cpu` trains (plain JavaScript, one image at a time here, or it
// would take minutes), `wasm` has no gradient of a convolution's filter and only runs forward. Speaks the line protocol of child.ts.
// Usage: node tfjs.js JOB_FOLDER cpu|wasm IMAGES
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import type { Job } from './job.js'

const [folder = '', backend = '', imageCount = ''] = process.argv.slice(2)

async function floats(name: string): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, name))
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

const job = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as Job
setWasmPaths(fileURLToPath(new URL('./', import.meta.url)))
setThreadsCount(1)
if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend '${backend}' here`)
const count = Number(imageCount)
const { spec, layers } = job
const weights = await floats('parameters.f32')
const variables = new Map(
  job.parameters.map(({ name, shape, offset, size }) => [
    name,
    tf.variable(tf.tensor(weights.slice(offset, offset + size), [...shape])),
  ]),
)
const map = (values: Float32Array, shape: readonly [number, number, number]) =>
  tf.tensor4d(values.slice(0, count * shape[0] * shape[1] * shape[2]), [count, ...shape])
const images = map(await floats('images.f32'), [spec.height, spec.width, 3])
const noise = spec.kind === 'vae' ? map(await floats('noise.f32'), job.latent) : null

function runLayers(prefix: string, x: tf.Tensor4D): tf.Tensor4D {
  for (const { name, kind, stride, padding, outputSize, outChannels, activation } of layers) {
    if (!name.startsWith(prefix)) continue
    const filter = variables.get(`${name}.weight`) as unknown as tf.Tensor4D
    const convolved =
      kind === 'Conv2d'
        ? tf.conv2d(x, filter, stride, padding, 'NHWC', 1, 'floor')
        : tf.conv2dTranspose(x, filter, [count, ...outputSize, outChannels], stride, padding, 'floor')
    const z = tf.add<tf.Tensor4D>(convolved, variables.get(`${name}.bias`)!)
    x = activation === 'relu' ? tf.relu(z) : tf.tanh(z)
  }
  return x
}

function loss(): tf.Scalar {
  const hidden = runLayers('encoder.', images)
  const error = (latent: tf.Tensor4D) => tf.mean<tf.Scalar>(tf.squaredDifference(runLayers('decoder.', latent), images))
  if (!noise) return error(hidden)
  const mean = runLayers('enc_out_1.', hidden)
  const logVariance = runLayers('enc_out_2.', hidden)
  const reconstruction = error(tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise)))
  const terms = tf.sub(tf.sub(tf.add(logVariance, 1), tf.square(mean)), tf.exp(logVariance))
  return tf.add(reconstruction, tf.mul(tf.mean(terms), -0.5 * job.klWeight))
}

const adam = tf.train.adam(job.lr, 0.9, 0.999, 1e-8)
const step = backend === 'cpu' ? () => void adam.minimize(loss) : () => tf.tidy(() => void loss().dataSync())

function run(steps: number) {
  const before = process.cpuUsage()
  const times = Array.from({ length: steps }, () => {
    const from = performance.now()
    step()
    return performance.now() - from
  })
  const { user, system } = process.cpuUsage(before)
  return { steps: times, cpuMilliseconds: (user + system) / 1000 }
}

const answer = (value: object) => process.stdout.write(JSON.stringify(value) + '\n')

answer({
  name: `tfjs ${backend} ${tf.version_core}`,
  threads: 1,
  does: backend === 'cpu' ? 'training' : 'forward only',
  images: count,
})
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { do: 'loss' } | { do: 'run'; steps: number }
  if (request.do === 'loss') answer({ loss: tf.tidy(() => loss().dataSync()[0]) })
  else answer(run(request.steps))
}
