// The optimisers that a user asks for by name, checked once. What they compute is parallel/optimizer.ts.
import { inputError } from '../errors.js'
import { adamDefaults, sgdDefaults } from '../parallel/optimizer.js'
import { checkKeys } from './options.js'
import type { Optimizer } from './types.js'

type Rate = Optimizer['lr']

/** What `adam` takes. */
export interface AdamOptions {
  /** Learning rate, or a function of the number of steps done; 1e-3 where left out. */
  readonly lr?: Rate
  /** Decay of the gradient's mean; 0.9 where left out. */
  readonly beta1?: number
  /** Decay of the mean of its squares; 0.999 where left out. */
  readonly beta2?: number
  /** Added to their root; 1e-8 where left out, as in PyTorch. */
  readonly epsilon?: number
}

/** What `adamW` takes. */
export interface AdamWOptions extends AdamOptions {
  /** Decoupled weight decay; 1e-2 where left out. */
  readonly weightDecay?: number
}

/** What `sgd` takes. */
export interface SgdOptions {
  /** Learning rate, or a function of the number of steps done; 1e-2 where left out. */
  readonly lr?: Rate
  /** 0 where left out. */
  readonly momentum?: number
  /** Nesterov's momentum in place of the plain one; false where left out. */
  readonly nesterov?: boolean
  /** Of the L2 kind: added to the gradient, times the parameter; 0 where left out. */
  readonly weightDecay?: number
}

function checkRate(who: string, lr: Rate): void {
  if (typeof lr === 'function' || (Number.isFinite(lr) && lr >= 0)) return
  throw inputError(`${who}: lr is ${String(lr)}, wanted a number of at least 0 or a function of the step. Use 1e-3.`)
}

function checkRange(who: string, key: string, value: number, most: number): void {
  if (Number.isFinite(value) && value >= 0 && value < most) return
  const range = most === Infinity ? 'of at least 0' : `from 0 to below ${most}`
  throw inputError(`${who}: ${key} is ${value}, wanted a number ${range}.`)
}

function adamOf(who: string, { lr = 1e-3, weightDecay = 0, ...given }: AdamWOptions): Optimizer {
  const rule = { ...adamDefaults, ...given, weightDecay }
  checkRate(who, lr)
  checkRange(who, 'beta1', rule.beta1, 1)
  checkRange(who, 'beta2', rule.beta2, 1)
  checkRange(who, 'epsilon', rule.epsilon, Infinity)
  checkRange(who, 'weightDecay', weightDecay, Infinity)
  return { rule, lr }
}

/** Adam (Kingma & Ba, arXiv 1412.6980) with PyTorch's defaults. @throws INPUT for an option that is none */
export function adam(options: AdamOptions = {}): Optimizer {
  checkKeys('adam', options, ['lr', 'beta1', 'beta2', 'epsilon'])
  return adamOf('adam', options)
}

/** AdamW (Loshchilov & Hutter, arXiv 1711.05101) with PyTorch's defaults. @throws INPUT for an option that is none */
export function adamW(options: AdamWOptions = {}): Optimizer {
  checkKeys('adamW', options, ['lr', 'beta1', 'beta2', 'epsilon', 'weightDecay'])
  const { weightDecay = 1e-2, ...others } = options
  return adamOf('adamW', { ...others, weightDecay })
}

/** Gradient descent with momentum, as torch.optim.SGD with dampening 0. @throws INPUT for an option that is none */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkKeys('sgd', options, ['lr', 'momentum', 'nesterov', 'weightDecay'])
  const { lr = 1e-2, ...others } = options
  const rule = { ...sgdDefaults, ...others }
  checkRate('sgd', lr)
  checkRange('sgd', 'momentum', rule.momentum, 1)
  checkRange('sgd', 'weightDecay', rule.weightDecay, Infinity)
  if (rule.nesterov && rule.momentum === 0)
    throw inputError('sgd: nesterov is true with momentum 0, wanted a momentum above 0. Use momentum 0.9.')
  return { rule, lr }
}
