// What training minimises between reconstructions and pictures, composed of the kernels' ops. Each is a mean over images of a function of that
// image alone: a batch may be cut anywhere. Not here: the VAE's KL divergence (vae.ts).
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core'
import { edgeLoss } from '../kernels/EdgeLoss.js'
import { focalFrequency } from '../kernels/FocalFrequency.js'
import { halve } from '../kernels/Halve.js'
import { imageMean } from '../kernels/ImageMean.js'
import { reconstructionLoss } from '../kernels/ReconstructionLoss.js'
import { sigmaLoss } from '../kernels/SigmaLoss.js'
import { ssim } from '../kernels/Ssim.js'
import { type LossName, ssimScales } from './loss-names.js'

type Tfjs = typeof import('@tensorflow/tfjs-core')

/** Share of MS-SSIM in its mix with L1: Zhao et al. 2017, section 3.4. */
const msSsimShare = 0.84
/** Weight of the edges beside L1: common practice for Sobel's operators without normalisation; no paper. */
const edgeWeight = 0.1
/** Weight of the focal frequency loss beside MSE: the authors' script for autoencoders (`ffl_w` and `mse_w` are 1). */
const focalWeight = 1

type Loss = (tf: Tfjs, output: Tensor4D, images: Tensor4D) => Scalar

/** From the models' scale [-1, 1] to [0, 1], on which SSIM is defined. */
const unit = (tf: Tfjs, x: Tensor4D) => tf.add<Tensor4D>(tf.mul(x, 0.5), 0.5)

/**
 * alpha (1 - MS-SSIM) + (1 - alpha) L1, alpha = 0.84, pictures on [0, 1] (Zhao, Gallo, Frosio & Kautz, "Loss functions for image restoration
 * with neural networks", IEEE Trans. Comput. Imaging 3, 2017, arXiv 1511.08861). MS-SSIM = SSIM of the coarsest scale times the contrast terms of
 * the finer ones, with exponents 1 as there, each a mean over its scale and at least 0. Otherwise than there: scales are halved pictures, as
 * Wang et al. 2003 have them, as many as fit (ssimScales) in place of five Gaussians on the whole picture, the widest of which does not fit into
 * 50 pixels; and L1 is a plain mean, which is what its Gaussian weights come to once they have stood over every pixel.
 */
function msSsimWithL1(tf: Tfjs, output: Tensor4D, images: Tensor4D): Scalar {
  const [, height, width] = output.shape
  let [a, b] = [unit(tf, output), unit(tf, images)]
  const scales = ssimScales(height, width)
  const l1 = reconstructionLoss(a, b, 'l1')
  let product = tf.relu(ssim(a, b, scales === 1 ? 'all' : 'contrast'))
  for (let scale = 2; scale <= scales; scale++) {
    ;[a, b] = [halve(a), halve(b)]
    product = tf.mul(product, tf.relu(ssim(a, b, scale === scales ? 'all' : 'contrast')))
  }
  const structure = tf.sub<Scalar>(1, imageMean(product))
  return tf.add(tf.mul(structure, msSsimShare), tf.mul(l1, 1 - msSsimShare))
}

const losses: Readonly<Record<LossName, Loss>> = {
  mse: (_, output, images) => reconstructionLoss(output, images, 'mse'),
  l1: (_, output, images) => reconstructionLoss(output, images, 'l1'),
  charbonnier: (_, output, images) => reconstructionLoss(output, images, 'charbonnier'),
  // 1 - SSIM on [0, 1] (Wang et al. 2004, the report's window): Snell et al., "Learning to generate images with perceptual similarity
  // metrics", arXiv 1511.06409, for autoencoders.
  ssim: (tf, output, images) => tf.sub<Scalar>(1, imageMean(ssim(unit(tf, output), unit(tf, images)))),
  'ms-ssim+l1': msSsimWithL1,
  'focal-frequency': (tf, output, images) => {
    const focal = imageMean(focalFrequency(output, images))
    return tf.add(reconstructionLoss(output, images, 'mse'), tf.mul(focal, focalWeight))
  },
  edge: (tf, output, images) => {
    const edges = imageMean(edgeLoss(output, images))
    return tf.add(reconstructionLoss(output, images, 'l1'), tf.mul(edges, edgeWeight))
  },
  sigma: (_, output, images) => imageMean(sigmaLoss(output, images)),
}

/**
 * The mean reconstruction loss of `output`, both [N, H, W, 3] on [-1, 1]: `mse` and `l1` of the values there; `charbonnier` (a smooth L1,
 * kernels/ReconstructionLoss.ts); `ssim`, 1 - SSIM; `ms-ssim+l1`; `focal-frequency`, MSE and the focal frequency loss
 * (kernels/FocalFrequency.ts); `edge`, L1 and a tenth of the edges' L1 (kernels/EdgeLoss.ts); `sigma`, the sigma-VAE's (kernels/SigmaLoss.ts).
 */
export const reconstruction = (tf: Tfjs, output: Tensor4D, images: Tensor4D, loss: LossName): Scalar =>
  losses[loss](tf, output, images)
