// A picture mirrored and shifted while it is copied, for augmentation. Which picture is moved how: imaging/augment.ts. No tfjs: figures show it too.

/** How a picture is moved: mirrored left to right, then shifted, its edge repeated into what becomes free. */
export interface Move {
  readonly isMirrored: boolean
  /** Pixels to the right and down; negative: to the left and up. */
  readonly right: number
  readonly down: number
}

/** Copies one picture, [height, width, 3], from `from` into `to`, moved. No value is changed. */
export function copyMoved(
  from: Uint8Array | Float32Array,
  to: Uint8Array | Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
  { isMirrored, right, down }: Move,
): void {
  const inside = (value: number, size: number) => Math.min(size - 1, Math.max(0, value))
  for (let y = 0, at = 0; y < height; y++) {
    const row = inside(y - down, height) * width
    for (let x = 0; x < width; x++, at += 3) {
      const shifted = inside(x - right, width)
      const source = 3 * (row + (isMirrored ? width - 1 - shifted : shifted))
      to[at] = from[source]!
      to[at + 1] = from[source + 1]!
      to[at + 2] = from[source + 2]!
    }
  }
}
