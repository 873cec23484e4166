// Random flips and shifts of the images that are trained on: which of them an image gets is a pure function of (seed, epoch, image), so it
// depends neither on threads nor on where a run was stopped. The pixels are moved where they are gathered (kernels/Pixels.ts).
import type { Move } from '../kernels/move-picture.js'
import { streams, words } from '../random/philox.js'

export interface Augmentation {
  /** Mirror each image left to right with probability 1/2. */
  readonly flip: boolean
  /** Shift each image by -shift to shift pixels in x and in y, each equally likely; its edge is repeated into what becomes free. 0: not. */
  readonly shift: number
}

/** undefined where images stay as they are. */
export const augmentationOf = ({ flip, shift }: Augmentation): Augmentation | undefined =>
  flip || shift > 0 ? { flip, shift } : undefined

/**
 * What becomes of an image in an epoch. Word 0 of its Philox block decides the flip, words 1 and 2 the shifts in x and y, whether or not the
 * others are asked for. A shift is floor(word (2 shift + 1) / 2^32) - shift: no value is more than 2^-32 likelier than another.
 */
export function moveOf({ flip, shift }: Augmentation, seed: number, epoch: number, image: number): Move {
  const drawn = new Uint32Array(3)
  words(seed, streams.augment, image, drawn, epoch)
  const offset = (word: number) => Math.floor((word / 2 ** 32) * (2 * shift + 1)) - shift
  return { isMirrored: flip && drawn[0]! >= 2 ** 31, right: offset(drawn[1]!), down: offset(drawn[2]!) }
}
