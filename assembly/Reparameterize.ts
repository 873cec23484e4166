// The reparameterisation of a Gaussian latent, z = mu + exp(logVar / 2) * eps (Kingma & Welling, arXiv 1312.6114), and its gradient
// with respect to logVar; that with respect to mu is dz itself.
import { loadLanes, storeLanes } from './inline/lanes'
import { exp } from './inline/math'

/** All [size]; z written in full. */
export function reparameterize(mu: usize, logVar: usize, eps: usize, z: usize, size: i32): void {
  const half = f32x4.splat(0.5)
  let left = size
  // Two vectors at a time where there are two, as in KlDivergence.ts.
  for (; left >= 8; left -= 8) {
    const s = exp(f32x4.mul(half, v128.load(logVar))), t = exp(f32x4.mul(half, v128.load(logVar, 16)))
    v128.store(z, f32x4.add(v128.load(mu), f32x4.mul(s, v128.load(eps))))
    v128.store(z, f32x4.add(v128.load(mu, 16), f32x4.mul(t, v128.load(eps, 16))), 16)
    mu += 32
    logVar += 32
    eps += 32
    z += 32
  }
  for (; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const sigma = exp(f32x4.mul(half, loadLanes(logVar, lanes)))
    storeLanes(z, f32x4.add(loadLanes(mu, lanes), f32x4.mul(sigma, loadLanes(eps, lanes))), lanes)
    mu += 16
    logVar += 16
    eps += 16
    z += 16
  }
}

/** dLogVar = dz * eps * exp(logVar / 2) / 2, [size], written in full. */
export function reparameterizeGrad(dz: usize, logVar: usize, eps: usize, dLogVar: usize, size: i32): void {
  const half = f32x4.splat(0.5)
  let left = size
  for (; left >= 8; left -= 8) {
    const s = exp(f32x4.mul(half, v128.load(logVar))), t = exp(f32x4.mul(half, v128.load(logVar, 16)))
    const a = f32x4.mul(f32x4.mul(half, s), v128.load(eps)), b = f32x4.mul(f32x4.mul(half, t), v128.load(eps, 16))
    v128.store(dLogVar, f32x4.mul(v128.load(dz), a))
    v128.store(dLogVar, f32x4.mul(v128.load(dz, 16), b), 16)
    dz += 32
    logVar += 32
    eps += 32
    dLogVar += 32
  }
  for (; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const sigma = exp(f32x4.mul(half, loadLanes(logVar, lanes)))
    const noise = f32x4.mul(f32x4.mul(half, sigma), loadLanes(eps, lanes))
    storeLanes(dLogVar, f32x4.mul(loadLanes(dz, lanes), noise), lanes)
    dz += 16
    logVar += 16
    eps += 16
    dLogVar += 16
  }
}
