// Adam over the shared parameter vector: bias corrections in float64 from the integer step, arithmetic in assembly/Adam.ts.
import type { SharedExports } from '../wasm/shared.js'
import type { Regions } from './memory.js'

/** Adam's constants besides the learning rate; PyTorch's defaults. */
export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const

/** base^exponent by repeated squaring: `**` may differ in its last bit between engines. */
export function integerPower(base: number, exponent: number): number {
  let result = 1
  for (let e = exponent, b = base; e > 0; e = Math.floor(e / 2), b *= b) if (e % 2 === 1) result *= b
  return result
}

/** Update number `step` (from 1) of all `size` parameters by the summed gradient, in place. */
export function adamUpdate(shared: SharedExports, at: Regions, size: number, step: number, lr: number): void {
  const { beta1, beta2, epsilon } = adamDefaults
  shared.adam(
    at.parameters,
    at.firstMoment,
    at.secondMoment,
    at.gradient,
    size,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    epsilon,
    lr / (1 - integerPower(beta1, step)),
    Math.sqrt(1 - integerPower(beta2, step)),
  )
}
