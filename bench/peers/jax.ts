// jax-js as a contender, in a process of its own: its WebAssembly device, which has one thread in Node, with grad and jit. It is slow
// enough to be given one image. Its Adam is in jax-training.ts. Speaks the line protocol of child.ts.
// Usage: node jax.js JOB_FOLDER IMAGES
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lax, numpy as np } from '@jax-js/jax'
import type { LayerSpec, ParameterSpec } from '../../src/models/spec.js'
import { createTraining, jaxName, useJax, type Values } from './jax-training.js'
import type { Job } from './job.js'
import { serve } from './serve.js'

const [folder = '', imageCount = ''] = process.argv.slice(2)
const count = Number(imageCount)

async function floats(name: string): Promise<Float32Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, name))
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

const job = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as Job
await useJax()
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

const { loss, step } = createTraining(lossOf, first, [images, noise], job.lr)
await serve({ name: jaxName, threads: 1, does: 'training', images: count }, { loss, step })
