// Stochastic gradient descent with momentum (Sutskever et al., ICML 2013, in PyTorch's form: torch.optim.SGD with dampening 0), one
// update of a range of parameters in place. Momentum 0 leaves the velocity what the gradient is, which nothing reads.
import { loadLanes, storeLanes } from './inline/lanes'

export function sgd(
  parameters: usize, // [size]  read and written
  velocity: usize, // [size]    momentum buffer, read and written; zero before the first update
  gradient: usize, // [size]    read
  size: i32,
  lr: f32,
  momentum: f32,
  weightDecay: f32, // of the L2 kind: added to the gradient, times the parameter
  isNesterov: i32, // 1: steps by gradient + momentum * velocity, 0: by the velocity
): void {
  const rate = f32x4.splat(lr), mu = f32x4.splat(momentum), decay = f32x4.splat(weightDecay)
  for (let left = size; left > 0; left -= 4) {
    const lanes = min(left, 4)
    const p = loadLanes(parameters, lanes)
    const g = f32x4.add(loadLanes(gradient, lanes), f32x4.mul(decay, p))
    const v = f32x4.add(f32x4.mul(mu, loadLanes(velocity, lanes)), g)
    const step = isNesterov != 0 ? f32x4.add(g, f32x4.mul(mu, v)) : v
    storeLanes(velocity, v, lanes)
    storeLanes(parameters, f32x4.sub(p, f32x4.mul(rate, step)), lanes)
    parameters += 16
    velocity += 16
    gradient += 16
  }
}
