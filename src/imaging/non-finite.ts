// What a step's first value that is not finite is: the trainer's part. Puts together what the shared vectors tell (parallel/non-finite.ts)
// and what workers found in single images (diagnose.ts). The words that a user reads are training/finite.ts.
import type { LayerSpec } from '../models/spec.js'
import type { BadValue } from '../parallel/non-finite.js'
import type { ImageFinding } from './protocol.js'

/** The first value that is not finite, in the order in which a step computes them. */
export interface NonFinite {
  readonly what: 'pixels' | 'weights' | 'output' | 'loss' | 'gradient' | 'second moment'
  /** The layer's name, or 'latent' for what a VAE has drawn; of all but pixels and the loss. */
  readonly layer?: string
  /** Images in which it is found; empty where it is not one image's doing. */
  readonly ids: readonly number[]
  /** Found in the result of the step's update; otherwise before it. */
  readonly afterUpdate: boolean
}

/** `encoder.2.weight` -> `encoder.2`. */
export const layerOf = (parameter: string) => parameter.slice(0, parameter.lastIndexOf('.'))

/** What the engine found, in the words of layers. */
export function ofLayer(bad: BadValue | undefined): NonFinite | undefined {
  if (!bad) return undefined
  const { what, name, ids, afterUpdate } = bad
  const known = what === 'weights' || what === 'gradient' ? what : 'second moment'
  return { what: known, ...(name !== undefined && { layer: layerOf(name) }), ids, afterUpdate }
}

/** The earliest of the images' findings, with all images that have it. */
export function earliest(findings: readonly ImageFinding[], layers: readonly LayerSpec[]): NonFinite | undefined {
  const names = layers.map(({ name }) => name)
  // Drawn when the encoder has run.
  names.splice(
    names.findIndex(name => name.startsWith('decoder')),
    0,
    'latent',
  )
  const stages = ['pixels', 'output', 'loss', 'gradient']
  const rank = ({ what, layer = '' }: ImageFinding) => {
    const depth = names.indexOf(layer)
    return (names.length + 1) * stages.indexOf(what) + (what === 'gradient' ? names.length - depth : depth)
  }
  const first = [...findings].sort((a, b) => rank(a) - rank(b))[0]
  if (!first) return undefined
  const { what, layer } = first
  const ids = findings.filter(finding => rank(finding) === rank(first)).map(({ id }) => id)
  return { what, ...(layer !== undefined && { layer }), ids, afterUpdate: false }
}
