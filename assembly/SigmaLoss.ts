// The reconstruction term of the sigma-VAE: the negative log likelihood of a picture under a Gaussian whose variance, shared by its values, is
// the best one, its mean squared error (Rybkin, Daniilidis & Levine, "Simple and effective VAE training with calibrated decoders", ICML 2021,
// arXiv 2006.13202: D/2 log MSE and a constant). Here of each picture by itself, where the paper has one MSE a minibatch, so that a
// picture's loss is its own; and divided by D, so that its size does not depend on the picture's:
//   y = 1/2 log(MSE + floor),  da = dy (a - b) / (size (MSE + floor))
// The floor keeps a picture that is rebuilt exactly finite.
import { log } from './inline/math'
import { reconstructionLoss, reconstructionLossGrad } from './ReconstructionLoss'

/** About 86 dB: far below what is reached. */
const floor: f64 = 1e-8
const SQUARED: i32 = 0

/** In nats a value. */
export function sigmaLoss(
  a: usize, // [N, size]   read
  b: usize, // [N, size]   read
  y: usize, // [N]         written
  count: i32,
  size: i32,
): void {
  const bytes = (<usize>size) << 2
  for (let n = 0; n < count; n++) {
    const mse = <f32>(reconstructionLoss(a, b, size, SQUARED) + floor)
    // log takes finite numbers alone.
    store<f32>(y, mse < Infinity ? <f32>0.5 * f32x4.extract_lane(log(f32x4.splat(mse)), 0) : mse)
    a += bytes
    b += bytes
    y += 4
  }
}

/** da = dy times the gradient of `sigmaLoss` with respect to a. */
export function sigmaLossGrad(
  a: usize, // [N, size]    read
  b: usize, // [N, size]    read
  dy: usize, // [N]         read
  da: usize, // [N, size]   written in full
  count: i32,
  size: i32,
): void {
  const bytes = (<usize>size) << 2
  for (let n = 0; n < count; n++) {
    const mse = reconstructionLoss(a, b, size, SQUARED) + floor
    reconstructionLossGrad(a, b, da, size, SQUARED, <f32>((0.5 * <f64>load<f32>(dy)) / mse))
    a += bytes
    b += bytes
    da += bytes
    dy += 4
  }
}
