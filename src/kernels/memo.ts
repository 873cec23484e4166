// Remembers what was computed from a convolution's geometry: a training meets the same few dozen again and again.
import { type ConvInfo, geometryRecord } from './geometry.js'

const mostEntries = 1000

export class Memo<T> {
  readonly #known = new Map<string, T>()

  /** What `compute` gives for the geometry and whatever else it depends on, which `also` names. */
  of(info: ConvInfo, also: string, compute: () => T): T {
    const key = `${also} ${info.filterHeight} ${info.filterWidth} ${geometryRecord(info).join()}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size === mostEntries) this.#known.clear()
    const made = compute()
    this.#known.set(key, made)
    return made
  }
}
