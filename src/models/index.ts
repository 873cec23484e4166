// The models' front door: a network of the kind a spec names, over variables of its own.
import { type Rank, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core'
import { autoencoder } from './autoencoder.js'
import { layerSpecs, parameterSpecs } from './geometry.js'
import type { Network, Observer, Variables } from './network.js'
import type { ModelSpec, ParameterSpec } from './spec.js'
import { vae } from './vae.js'

export interface Model {
  readonly network: Network
  /** A network over the same variables, whose layers' outputs can be seen. */
  observed(observe: Observer): Network
  readonly parameters: readonly ParameterSpec[]
  readonly variables: Variables
  /** [h, w, C] of one image's latent. */
  readonly latentSize: readonly [number, number, number]
}

/** Builds the model's variables (zero; the caller loads them) and its network. Throws INPUT for an impossible geometry. */
export function createModel(spec: ModelSpec): Model {
  const layers = layerSpecs(spec)
  const parameters = parameterSpecs(layers)
  const variables: Record<string, Variable> = {}
  for (const { name, shape } of parameters) variables[name] = tidy(() => variable(zeros<Rank>([...shape])))
  const networkOf = spec.kind === 'ae' ? autoencoder : vae
  const code = layers.find(layer => layer.kind === 'ConvTranspose2d')!
  return {
    network: networkOf(layers, variables),
    observed: observe => networkOf(layers, variables, observe),
    parameters,
    variables,
    latentSize: [...code.inputSize, code.inChannels],
  }
}
