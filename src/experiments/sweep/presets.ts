// The report's own sweeps: its six geometries, in its order, with the autoencoder (Table 1) and the VAE (Table 4). Everything else is
// train's default, which is the report's.
import { inputError } from '../../errors.js'
import { reportGeometries } from '../../report/published.js'
import type { SweepDefinition } from './definition.js'
import { closest } from './suggest.js'

/** The model is an axis of one value: the command line cannot make another table of it. */
const table = (name: string, model: 'ae' | 'vae'): SweepDefinition => ({
  name,
  method: 'grid',
  fixed: {},
  axes: [
    { key: 'model', values: [model] },
    { key: 'geometry', values: reportGeometries },
  ],
  cases: [],
  trials: 1,
  drawSeed: 0,
  seeds: 1,
})

const presets = { table1: table('table1', 'ae'), table4: table('table4', 'vae') }

export type PresetName = keyof typeof presets

export const presetNames: readonly string[] = Object.keys(presets)

/** @throws INPUT for a name that is none */
export function preset(name: string): SweepDefinition {
  if (name === 'table1' || name === 'table4') return presets[name]
  const near = closest(name, presetNames)
  const cure = near === undefined ? 'Or name a YAML file.' : `Did you mean ${near}?`
  throw inputError(`preset: found '${name}', wanted ${presetNames.join(' or ')}. ${cure}`)
}
