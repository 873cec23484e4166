// The report's variational autoencoder: encoder to 48 channels, two heads (mean and log variance, each after a ReLU as the report
// prints it), a drawn latent, four transposed convolutions back. Layers and sizes: geometry.ts.
import { klDivergence } from '../kernels/KlDivergence.js'
import { reconstructionLoss } from '../kernels/ReconstructionLoss.js'
import { reparameterize } from '../kernels/Reparameterize.js'
import { type Batch, type Network, runLayers, type Variables } from './network.js'
import type { LayerSpec } from './spec.js'

export function vae(layers: readonly LayerSpec[], variables: Variables): Network {
  const encode = (images: Batch['images']) => {
    const hidden = runLayers(layers, 'encoder.', variables, images)
    return {
      mean: runLayers(layers, 'enc_out_1.', variables, hidden),
      logVariance: runLayers(layers, 'enc_out_2.', variables, hidden),
    }
  }
  const decode: Network['decode'] = latent => runLayers(layers, 'decoder.', variables, latent)
  const draw = ({ images, noise }: Batch) => {
    const { mean, logVariance } = encode(images)
    return { mean, logVariance, output: decode(reparameterize(mean, logVariance, noise(mean.shape))) }
  }
  return {
    kind: 'vae',
    encode,
    decode,
    reconstruct: batch => draw(batch).output,
    loss(tf, batch, objective, report) {
      const { mean, logVariance, output } = draw(batch)
      const reconstruction = reconstructionLoss(output, batch.images, objective.loss)
      const kl = klDivergence(mean, logVariance)
      report('mse', objective.loss === 'mse' ? reconstruction : reconstructionLoss(output, batch.images, 'mse'))
      report('kl', kl)
      return tf.add(reconstruction, tf.mul(kl, objective.klWeight))
    },
  }
}
