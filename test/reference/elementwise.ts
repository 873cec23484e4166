// Slow, plain float64 versions of what works element by element: activations, their backward pass, the losses and the VAE's latent.
// The yardstick of ActivationBiasGrad, Tanh, ReconstructionLoss, KlDivergence and Reparameterize; imports nothing from src, and stays.

type Numbers = ArrayLike<number>
export type Activation = 'linear' | 'relu' | 'tanh' | 'clamp'
export type Loss = 'mse' | 'l1' | 'charbonnier'

const map = (size: number, value: (i: number) => number) => Float64Array.from({ length: size }, (_, i) => value(i))
const mean = (size: number, value: (i: number) => number) => map(size, value).reduce((a, b) => a + b, 0) / size

export function activate(z: Numbers, activation: Activation): Float64Array {
  if (activation === 'relu') return map(z.length, i => Math.max(0, z[i]!))
  if (activation === 'clamp') return map(z.length, i => Math.max(-10, Math.min(10, z[i]!)))
  return map(z.length, i => (activation === 'tanh' ? Math.tanh(z[i]!) : z[i]!))
}

/** From a layer's output y and dy, both [pixels, channels]: dz before the activation, and db [channels]. */
export function activationBiasGrad(y: Numbers, dy: Numbers, channels: number, activation: Activation) {
  const slope = (v: number) => (activation === 'linear' ? 1 : activation === 'relu' ? Number(v > 0) : 1 - v * v)
  // At a limit of the clamp, only what a descent step follows back into the range.
  const isStuck = (v: number, d: number) => (v >= 10 && d < 0) || (v <= -10 && d > 0)
  const dz = map(y.length, i =>
    activation === 'clamp' ? (isStuck(y[i]!, dy[i]!) ? 0 : dy[i]!) : dy[i]! * slope(y[i]!),
  )
  const db = new Float64Array(channels)
  dz.forEach((d, i) => (db[i % channels]! += d))
  return { dz, db }
}

/** Mean of (a - b)^2, |a - b| or sqrt((a - b)^2 + 1e-6). */
export function reconstructionLoss(a: Numbers, b: Numbers, loss: Loss): number {
  if (loss === 'charbonnier') return mean(a.length, i => Math.sqrt((a[i]! - b[i]!) ** 2 + 1e-6))
  return mean(a.length, i => (loss === 'mse' ? (a[i]! - b[i]!) ** 2 : Math.abs(a[i]! - b[i]!)))
}

/** Its gradient with respect to a. */
export function reconstructionLossGrad(a: Numbers, b: Numbers, loss: Loss): Float64Array {
  if (loss === 'charbonnier')
    return map(a.length, i => (a[i]! - b[i]!) / Math.sqrt((a[i]! - b[i]!) ** 2 + 1e-6) / a.length)
  return map(a.length, i => (loss === 'mse' ? 2 * (a[i]! - b[i]!) : Math.sign(a[i]! - b[i]!)) / a.length)
}

/** Mean over elements of the divergence of N(mu, exp(logVar)) from N(0, 1), in nats. */
export function klDivergence(mu: Numbers, logVar: Numbers): number {
  return mean(mu.length, i => -0.5 * (1 + logVar[i]! - mu[i]! ** 2 - Math.exp(logVar[i]!)))
}

export function klDivergenceGrad(mu: Numbers, logVar: Numbers) {
  const size = mu.length
  return { dMu: map(size, i => mu[i]! / size), dLogVar: map(size, i => Math.expm1(logVar[i]!) / (2 * size)) }
}

/** z = mu + exp(logVar / 2) eps. */
export function reparameterize(mu: Numbers, logVar: Numbers, eps: Numbers): Float64Array {
  return map(mu.length, i => mu[i]! + Math.exp(logVar[i]! / 2) * eps[i]!)
}

export function reparameterizeGrad(dz: Numbers, logVar: Numbers, eps: Numbers): Float64Array {
  return map(dz.length, i => (dz[i]! * eps[i]! * Math.exp(logVar[i]! / 2)) / 2)
}
