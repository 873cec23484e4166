// The report's autoencoder: three convolutions down to 48 channels, three transposed ones back. Layers and sizes: geometry.ts.
import { reconstructionLoss } from '../kernels/ReconstructionLoss.js'
import { reconstruction } from './losses.js'
import { type Network, type Observer, runLayers, type Variables } from './network.js'
import type { LayerSpec } from './spec.js'

export function autoencoder(layers: readonly LayerSpec[], variables: Variables, observe?: Observer): Network {
  const encode: Network['encode'] = images => ({ mean: runLayers(layers, 'encoder.', variables, images, observe) })
  const decode: Network['decode'] = latent => runLayers(layers, 'decoder.', variables, latent, observe)
  const reconstruct: Network['reconstruct'] = ({ images }) => decode(encode(images).mean)
  return {
    kind: 'ae',
    encode,
    decode,
    draw: latent => latent.mean,
    reconstruct,
    loss(tf, batch, objective, report) {
      const output = reconstruct(batch)
      const loss = reconstruction(tf, output, batch.images, objective.loss)
      report('mse', objective.loss === 'mse' ? loss : reconstructionLoss(output, batch.images, 'mse'))
      return loss
    },
  }
}
