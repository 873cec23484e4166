// The report's variational autoencoder: encoder to 48 channels, two heads (mean and log variance, each after a ReLU as the report
// prints it, or linear), a drawn latent, four transposed convolutions back; with a bottleneck one more before them. Layers and sizes: geometry.ts.
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { freeBits } from '../kernels/FreeBits.js'
import { klDivergence } from '../kernels/KlDivergence.js'
import { reconstructionLoss } from '../kernels/ReconstructionLoss.js'
import { reparameterize } from '../kernels/Reparameterize.js'
import { reconstruction } from './losses.js'
import type { Objective } from './loss-names.js'
import { type Network, type Observer, runLayers, type Variables } from './network.js'
import type { LayerSpec } from './spec.js'

/**
 * What a mean over latent elements is multiplied by: 1 beside a mean over values, as the report's loss has it; beside `sigma`, which is a log
 * likelihood in nats a value, the latent elements of a value, so that the two are the evidence lower bound over the number of values.
 */
const klScale = ({ loss }: Objective, latent: Tensor4D, output: Tensor4D) =>
  loss === 'sigma' ? latent.size / output.size : 1

export function vae(layers: readonly LayerSpec[], variables: Variables, observe?: Observer): Network {
  const encode = (images: Tensor4D) => {
    const hidden = runLayers(layers, 'encoder.', variables, images, observe)
    return {
      mean: runLayers(layers, 'enc_out_1.', variables, hidden, observe),
      logVariance: runLayers(layers, 'enc_out_2.', variables, hidden, observe),
    }
  }
  // `decoder_in.` is a bottleneck's; no layer of the report's model is called so.
  const decode: Network['decode'] = latent =>
    runLayers(layers, 'decoder.', variables, runLayers(layers, 'decoder_in.', variables, latent, observe), observe)
  const draw: Network['draw'] = ({ mean, logVariance }, noise) => {
    if (!logVariance) throw new Error('vae: the latent has no log variance, wanted one from its own encoder')
    const drawn = reparameterize(mean, logVariance, noise(mean.shape))
    observe?.('latent', drawn)
    return drawn
  }
  return {
    kind: 'vae',
    encode,
    decode,
    draw,
    reconstruct: ({ images, noise }) => decode(draw(encode(images), noise)),
    loss(tf, batch, objective, report) {
      const latent = encode(batch.images)
      const output = decode(draw(latent, batch.noise))
      const error = reconstruction(tf, output, batch.images, objective.loss)
      const kl = klDivergence(latent.mean, latent.logVariance)
      report('mse', objective.loss === 'mse' ? error : reconstructionLoss(output, batch.images, 'mse'))
      report('kl', kl)
      const pressed = objective.freeBits ? freeBits(latent.mean, latent.logVariance, objective.freeBits) : kl
      return tf.add(error, tf.mul(pressed, objective.klWeight * klScale(objective, latent.mean, output)))
    },
  }
}
