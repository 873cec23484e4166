// The image models as a program of the engine (parallel/program.ts): the autoencoder's and the VAE's loss over shared pixels, with their
// noise and augmentation, and what else a worker does with a trained one. Runs in workers; the trainer's side is executor.ts.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../kernels/backend.js'
import { imageMetrics } from '../kernels/ImageMetrics.js'
import { klDivergence } from '../kernels/KlDivergence.js'
import { modelScale, pixels, unitScale } from '../kernels/Pixels.js'
import { randomNormal } from '../kernels/RandomNormal.js'
import { createModel, type Model } from '../models/index.js'
import type { Batch } from '../models/network.js'
import { type Program, scoped } from '../parallel/program.js'
import { streams } from '../random/philox.js'
import { type Augmentation, moveOf } from './augment.js'
import { diagnose } from './diagnose.js'
import type { CodeArgs, ForwardArgs, ImageCalls, ImageSettings, ImageSource, SharedImages } from './protocol.js'

interface State {
  readonly backend: EyesWasmBackend
  readonly model: Model
  readonly images: SharedImages
}

function batchOf(
  { backend, images }: State,
  ids: ArrayLike<number>,
  { seed, epoch, augmentation }: { seed: number; epoch: number; augmentation?: Augmentation | undefined },
): Batch {
  const key = { seed, epoch, stream: streams.noise, images: Array.from(ids) }
  const moves = augmentation && key.images.map(id => moveOf(augmentation, seed, epoch, id))
  return {
    images: pixels(backend, images, ids, modelScale, moves),
    noise: shape => randomNormal<tf.Tensor4D>(shape, key),
  }
}

/** Measures as with epoch 0: the noise is the same whenever these images are looked at. */
function forward(state: State, { ids, seed, fromMean, result }: ForwardArgs): ImageCalls['forward']['answer'] {
  const { backend, model, images } = state
  const batch = batchOf(state, ids, { seed, epoch: 0 })
  const { network } = model
  const latent = network.encode(batch.images)
  const output = network.decode(fromMean ? latent.mean : network.draw(latent, batch.noise))
  const unit = tf.add<tf.Tensor4D>(tf.mul(output, 0.5), 0.5)
  if (result === 'images') return backend.floats(unit).slice()
  const { mean, logVariance } = latent
  const kl = logVariance ? backend.floats(klDivergence(mean, logVariance))[0]! : 0
  return { ...imageMetrics(backend, unit, pixels(backend, images, ids, unitScale)), kl }
}

function encode({ backend, model, images }: State, { values, count }: CodeArgs): ImageCalls['encode']['answer'] {
  const { height, width } = images
  const ids = Array.from({ length: count }, (_, n) => n)
  const batch = pixels(backend, { pixels: values, height, width }, ids, modelScale)
  const { mean, logVariance } = model.network.encode(batch)
  return {
    mean: backend.floats(mean).slice(),
    logVariance: logVariance ? backend.floats(logVariance).slice() : null,
    shape: [mean.shape[1], mean.shape[2], mean.shape[3]],
  }
}

function decode({ backend, model }: State, { values, count }: CodeArgs): ImageCalls['decode']['answer'] {
  const output = model.network.decode(tf.tensor4d(values, [count, ...model.latentSize]))
  return backend.floats(tf.add(tf.mul(output, 0.5), 0.5)).slice()
}

export function openImageProgram({ spec, images, objective }: ImageSource, backend: EyesWasmBackend): Program {
  const model = createModel(spec)
  const state: State = { backend, model, images }
  const { network, variables } = model
  const calls: { [K in keyof ImageCalls]: (args: ImageCalls[K]['args']) => ImageCalls[K]['answer'] } = {
    forward: args => forward(state, args),
    encode: args => encode(state, args),
    decode: args => decode(state, args),
    diagnose: args => args.ids.flatMap(id => scoped(() => diagnose(state, id, batchOf(state, [id], args), args))),
  }
  return {
    trainable: model.parameters.map(({ name, offset, size }) => ({ name, offset, size, variable: variables[name]! })),
    state: [],
    loss(ids, { seed, epoch, settings }, report) {
      const { objective, augmentation } = settings as ImageSettings
      return network.loss(tf, batchOf(state, ids, { seed, epoch, augmentation }), objective, (part, scalar) =>
        report(part, backend.floats(scalar)[0]!),
      )
    },
    calls: calls as Program['calls'],
    warmUp() {
      const images = { seed: 0, epoch: 0 }
      const warm = objective ?? { loss: 'mse', klWeight: 1 }
      scoped(() => tf.variableGrads(() => network.loss(tf, batchOf(state, [0], images), warm, () => undefined)))
    },
  }
}
