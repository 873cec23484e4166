// The optimisers: one update of a range of the shared parameters by the summed gradient, as PyTorch defines it. Their settings are plain
// data that go to every thread. Arithmetic in assembly/Adam.ts and Sgd.ts; no element's result depends on its range.
import type { SharedExports } from '../wasm/shared.js'
import type { Regions } from './memory.js'
import type { AdamRule, OptimizerRule, SgdRule } from './rules.js'

/** PyTorch's defaults. */
export const adamDefaults: AdamRule = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
export const sgdDefaults: SgdRule = { name: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 }

/** base^exponent by repeated squaring: `**` may differ in its last bit between engines. */
export function integerPower(base: number, exponent: number): number {
  let result = 1
  for (let e = exponent, b = base; e > 0; e = Math.floor(e / 2), b *= b) if (e % 2 === 1) result *= b
  return result
}

/** Update number `step` (from 1) of the parameters [from, to) by the summed gradient, in place. Bias corrections are float64. */
export function adamUpdate(
  shared: SharedExports,
  at: Regions,
  from: number,
  to: number,
  step: number,
  lr: number,
  { beta1, beta2, epsilon, weightDecay }: AdamRule = adamDefaults,
): void {
  if (weightDecay > 0) shared.scale(at.parameters + 4 * from, to - from, 1 - lr * weightDecay)
  shared.adam(
    at.parameters + 4 * from,
    at.firstMoment + 4 * from,
    at.secondMoment + 4 * from,
    at.gradient + 4 * from,
    to - from,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    epsilon,
    lr / (1 - integerPower(beta1, step)),
    Math.sqrt(1 - integerPower(beta2, step)),
  )
}

/** The same by gradient descent. */
export function sgdUpdate(
  shared: SharedExports,
  at: Regions,
  from: number,
  to: number,
  lr: number,
  { momentum, nesterov, weightDecay }: SgdRule,
): void {
  const [parameters, velocity, gradient] = [at.parameters, at.firstMoment, at.gradient].map(start => start + 4 * from)
  shared.sgd(parameters!, velocity!, gradient!, to - from, lr, momentum, weightDecay, nesterov ? 1 : 0)
}

/** Update number `step` (from 1) by whichever optimiser. */
export function optimizerUpdate(
  shared: SharedExports,
  at: Regions,
  [from, to]: readonly [number, number],
  { step, lr, rule = adamDefaults }: { step: number; lr: number; rule?: OptimizerRule | undefined },
): void {
  if (rule.name === 'adam') adamUpdate(shared, at, from, to, step, lr, rule)
  else sgdUpdate(shared, at, from, to, lr, rule)
}

/**
 * Regions whose values tell whether an update is finite, beside the gradient, which is already known to be. (Adam's first moment is when the second one
 * and the gradient are: it is a mean, which is no larger than what it is of.)
 */
export const watched = (at: Regions, rule: OptimizerRule = adamDefaults): readonly number[] =>
  rule.name === 'adam' ? [at.parameters, at.secondMoment] : [at.parameters, at.firstMoment]
