// Data and modules for the tests of ParallelTrainer: labels that depend on the values, so that there is something to learn.
import { fileURLToPath } from 'node:url'
import { sharedArray } from '../../src/trainer/data.js'

export const moduleUrl = (name: string): URL => new URL(`modules/${name}`, import.meta.url)
export const modulePath = (name: string): string => fileURLToPath(moduleUrl(name))

/** Values of [n, ...] around their label's own number, and the labels 0 to 2. */
export function labelled(shape: readonly number[]) {
  const [count = 0, ...rest] = shape
  const size = rest.reduce((product, side) => product * side, 1)
  const y = Int32Array.from({ length: count }, (_, i) => (i * 7) % 3)
  const x = Float32Array.from({ length: count * size }, (_, i) => {
    const label = y[Math.floor(i / size)]!
    return (((Math.imul(i + 1, 2_654_435_761) >>> 8) / 2 ** 24 - 0.5) * 2 + (i % 3 === label ? 1 : 0)) * 0.7
  })
  return { x: sharedArray(x, shape), y: sharedArray(y) }
}
