// What a peer in a process of its own is told: the model, its first weights, the images and a VAE's noise, as files in a folder that
// child.ts deletes. tfjs.ts and pytorch.py read it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Dataset } from '../../src/data/dataset.js'
import { randomNormal } from '../../src/kernels/RandomNormal.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import { initialize } from '../../src/models/initialize.js'
import type { LayerSpec, ModelSpec, ParameterSpec } from '../../src/models/spec.js'
import { streams } from '../../src/random/philox.js'
import { useBackend } from '../backend.js'
import { learningRate, objective } from './own.js'

/** job.json. Beside it lie, little-endian float32: */
export interface Job {
  readonly spec: ModelSpec
  readonly layers: readonly LayerSpec[]
  /** parameters.f32: one flat vector, our layouts (src/models/spec.ts). */
  readonly parameters: readonly ParameterSpec[]
  /** images.f32: [count, H, W, 3], -1 to 1. */
  readonly count: number
  /** noise.f32: [count, h, w, C] standard normal values for this latent; an AE has no such file. */
  readonly latent: readonly [number, number, number]
  readonly lr: number
  readonly klWeight: number
}

async function noiseOf(count: number, latent: readonly [number, number, number]): Promise<Float32Array> {
  const backend = await useBackend()
  tf.engine().startScope()
  const images = Array.from({ length: count }, (_, i) => i)
  const noise = randomNormal([count, ...latent], { seed: 0, epoch: 1, stream: streams.noise, images })
  const values = backend.floats(noise).slice()
  tf.engine().endScope()
  return values
}

/** Writes the job of training `spec` on all images into `folder`. */
export async function writeJob(folder: string, spec: ModelSpec, images: Dataset): Promise<void> {
  const layers = layerSpecs(spec)
  const parameters = parameterSpecs(layers)
  const code = layers.find(layer => layer.kind === 'ConvTranspose2d')!
  const latent = [...code.inputSize, code.inChannels] as const
  const { count } = images
  const job: Job = { spec, layers, parameters, count, latent, lr: learningRate, klWeight: objective.klWeight }
  const weights = new Float32Array(parameterCount(parameters))
  initialize(parameters, 0, weights)
  await writeFile(join(folder, 'job.json'), JSON.stringify(job))
  await writeFile(join(folder, 'parameters.f32'), weights)
  await writeFile(
    join(folder, 'images.f32'),
    Float32Array.from(images.pixels, byte => (2 * byte) / 255 - 1),
  )
  if (spec.kind === 'vae') await writeFile(join(folder, 'noise.f32'), await noiseOf(count, latent))
}
