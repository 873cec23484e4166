// Which images are trained on and which are held out: a pure function of the seed, the images' number and their labels. Stratified: each
// class is held out in the same share. Knows nothing of training.
import { permutation, streams } from '../random/philox.js'
import type { Dataset } from './dataset.js'

/** Image numbers, both ascending. */
export interface Split {
  readonly training: Int32Array
  readonly heldOut: Int32Array
}

export interface SplitOptions {
  /** Of the first `limit` images only; null = all. */
  readonly limit: number | null
  /** Share that is held out, 0 to below 1; 0: none. */
  readonly valSplit: number
  readonly seed: number
}

/** Images held out of `count`: the share rounded, at least one image and never all of them. 0 for a share of 0. */
export function heldOutCount(count: number, valSplit: number): number {
  return valSplit === 0 ? 0 : Math.max(1, Math.min(count - 1, Math.round(valSplit * count)))
}

/** The classes' image numbers, by class; without labels one class of all. */
function classesOf(labels: Int32Array | null, count: number): number[][] {
  const classes = new Map<number, number[]>()
  for (let id = 0; id < count; id++) {
    const label = labels?.[id] ?? 0
    const ids = classes.get(label)
    if (ids) ids.push(id)
    else classes.set(label, [id])
  }
  return [...classes].sort(([a], [b]) => a - b).map(([, ids]) => ids)
}

/** How many of each class: the whole part of its share, and what is left to the largest remainders (of equal ones the first). */
function shares(sizes: readonly number[], wanted: number): number[] {
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map(size => (size * wanted) / count)
  const found = exact.map(Math.floor)
  const left = wanted - found.reduce((sum, share) => sum + share, 0)
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, left)) found[index]!++
  return found
}

/** First the limit, then the split. With a share of 0 all images are trained on. */
export function splitImages(
  { count, labels }: Pick<Dataset, 'count' | 'labels'>,
  { limit, valSplit, seed }: SplitOptions,
): Split {
  const images = Math.min(limit ?? count, count)
  const classes = classesOf(labels, images)
  const wanted = shares(
    classes.map(ids => ids.length),
    heldOutCount(images, valSplit),
  )
  const isHeldOut = new Uint8Array(images)
  classes.forEach((ids, index) => {
    // The order's number is the class's place: two classes of one size are not drawn alike.
    const order = permutation(ids.length, seed, streams.split, index)
    for (const place of order.subarray(0, wanted[index])) isHeldOut[ids[place]!] = 1
  })
  const all = Int32Array.from({ length: images }, (_, id) => id)
  return { training: all.filter(id => isHeldOut[id] === 0), heldOut: all.filter(id => isHeldOut[id] === 1) }
}
