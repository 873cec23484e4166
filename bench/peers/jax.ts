// jax-js as a contender, in a process of its own: its WebAssembly device, which has one thread in Node, with grad and jit. It is slow
// enough to be given one image. The Adam update is written here by the same formulas. Speaks the line protocol of child.ts.
// Usage: node jax.js JOB_FOLDER IMAGES
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { blockUntilReady, defaultDevice, init, jit, lax, numpy as np, valueAndGrad } from '@jax-js/jax'
import type { LayerSpec, ParameterSpec } from '../../src/models/spec.js'
import { version } from '../../node_modules/@jax-js/jax/package.json'
import type { Job } from './job.js'

type Values = Record<string, np.Array>

const [folder = '', imageCount = ''] = process.argv.slice(2)
const count = Number(imageCount)

async function floats(name: string): Promise<Float32Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, name))
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

const job = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as Job
if (!(await init('wasm')).includes('wasm')) throw new Error('jax-js has no device wasm here')
defaultDevice('wasm')
const { spec, layers } = job

/** The first `count` maps [N, H, W, C] as [N, C, H, W]. */
function maps(values: Float32Array<ArrayBuffer>, [height, width, channels]: readonly [number, number, number]) {
  const wanted = values.slice(0, count * height * width * channels)
  return np.transpose(np.array(wanted).reshape([count, height, width, channels]), [0, 3, 1, 2])
}

/**
 * A weight as the convolution takes it, [out, in, kh, kw]. A transposed layer is computed as a convolution over its input spread by the
 * stride, with the filter turned by 180 degrees (Dumoulin and Visin, "A guide to convolution arithmetic", 2016); it is turned here, once.
 */
function weightOf({ offset, size, shape }: ParameterSpec, layer: LayerSpec, flat: Float32Array<ArrayBuffer>): np.Array {
  const values = np.array(flat.slice(offset, offset + size)).reshape([...shape])
  if (layer.kind === 'Conv2d') return np.transpose(values, [3, 2, 0, 1])
  return np.flip(np.transpose(values, [2, 3, 0, 1]), [2, 3])
}

const layerOf = (name: string) => layers.find(layer => name.startsWith(`${layer.name}.`))!
const flat = await floats('parameters.f32')
const first: Values = Object.fromEntries(
  job.parameters.map(parameter => {
    const { name, offset, size } = parameter
    const value = name.endsWith('.weight')
      ? weightOf(parameter, layerOf(name), flat)
      : np.array(flat.slice(offset, offset + size)).reshape([1, size, 1, 1])
    return [name, value]
  }),
)
const images = maps(await floats('images.f32'), [spec.height, spec.width, 3])
const noise = spec.kind === 'vae' ? maps(await floats('noise.f32'), job.latent) : np.zeros([1])

function convolve(layer: LayerSpec, x: np.Array, weight: np.Array): np.Array {
  const { kind, kernel, stride, padding } = layer
  const around = kind === 'Conv2d' ? padding : kernel - 1 - padding
  const pads: [number, number][] = [
    [around, around],
    [around, around],
  ]
  const strides = [stride, stride]
  return kind === 'Conv2d'
    ? lax.convGeneralDilated(x, weight, strides, pads)
    : lax.convGeneralDilated(x, weight, [1, 1], pads, { lhsDilation: strides })
}

function runLayers(prefix: string, parameters: Values, x: np.Array): np.Array {
  for (const layer of layers) {
    if (!layer.name.startsWith(prefix)) continue
    const z = convolve(layer, x, parameters[`${layer.name}.weight`]!).add(parameters[`${layer.name}.bias`]!)
    x = layer.activation === 'relu' ? np.maximum(z, 0) : np.tanh(z)
  }
  return x
}

/** Takes over its arguments, as all functions of jax-js do. */
function lossOf(parameters: Values, x: np.Array, drawn: np.Array): np.Array {
  const hidden = runLayers('encoder.', parameters, x.ref)
  const error = (latent: np.Array) => np.mean(np.square(runLayers('decoder.', parameters, latent).sub(x)))
  if (spec.kind === 'ae') {
    drawn.dispose()
    return error(hidden)
  }
  const mean = runLayers('enc_out_1.', parameters, hidden.ref)
  const logVariance = runLayers('enc_out_2.', parameters, hidden)
  const terms = logVariance.ref.add(1).sub(np.square(mean.ref)).sub(np.exp(logVariance.ref))
  const divergence = np.mean(terms).mul(-0.5 * job.klWeight)
  return error(mean.add(np.exp(logVariance.mul(0.5)).mul(drawn))).add(divergence)
}

const differentiate = valueAndGrad(lossOf)
const betas = [0.9, 0.999] as const

/** Parameters, moments and `rates` (the two bias corrections of Adam, Kingma and Ba 2015, algorithm 1) to those of the next step. */
const update = jit(
  (parameters: Values, means: Values, squares: Values, x: np.Array, drawn: np.Array, rates: np.Array) => {
    const kept = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.ref]))
    const [loss, gradients] = differentiate(parameters, x, drawn) as [np.Array, Values]
    loss.dispose()
    const [meanRate, squareRate] = np.split(rates, 2) as [np.Array, np.Array]
    const next: [Values, Values, Values] = [{}, {}, {}]
    for (const [name, gradient] of Object.entries(gradients)) {
      const mean = means[name]!.mul(betas[0]).add(gradient.ref.mul(1 - betas[0]))
      const square = squares[name]!.mul(betas[1]).add(np.square(gradient).mul(1 - betas[1]))
      const size = np.sqrt(square.ref.mul(squareRate.ref)).add(1e-8)
      next[0][name] = kept[name]!.sub(mean.ref.mul(meanRate.ref).mul(job.lr).div(size))
      next[1][name] = mean
      next[2][name] = square
    }
    meanRate.dispose()
    squareRate.dispose()
    return next
  },
)

const shared = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.ref]))
const zeros = (): Values =>
  Object.fromEntries(Object.entries(first).map(([name, value]) => [name, np.zeros(value.shape)]))

const loss = jit(lossOf)
let state: [Values, Values, Values] = [shared(first), zeros(), zeros()]
let steps = 0

async function step(): Promise<void> {
  steps++
  const rates = betas.map(beta => 1 / (1 - beta ** steps))
  state = await blockUntilReady(update(...state, images.ref, noise.ref, np.array(rates)))
}

async function run(count: number) {
  const before = process.cpuUsage()
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const from = performance.now()
    await step()
    times.push(performance.now() - from)
  }
  const { user, system } = process.cpuUsage(before)
  return { steps: times, cpuMilliseconds: (user + system) / 1000 }
}

const answer = (value: object) => process.stdout.write(JSON.stringify(value) + '\n')

answer({ name: `jax-js ${version}`, threads: 1, does: 'training', images: count })
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { do: 'loss' } | { do: 'run'; steps: number }
  if (request.do === 'loss') {
    const values = (await loss(shared(first), images.ref, noise.ref).data()) as Float32Array
    answer({ loss: values[0] })
  } else answer(await run(request.steps))
}
