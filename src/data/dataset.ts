// What the rest of the program knows about images, wherever they came from. Loading lives in load.ts, beside this file.

/** Images in memory, shared with the worker threads without a copy. */
export interface Dataset {
  /** Where they came from, as the user named it, or 'generated eyes'. */
  readonly source: string
  /** Images. */
  readonly count: number
  /** Pixels from top to bottom. */
  readonly height: number
  /** Pixels from left to right. */
  readonly width: number
  /** [count, height, width, 3] RGB; uint8 0 to 255, or float32 0 to 1. Always over a SharedArrayBuffer. */
  readonly pixels: Uint8Array | Float32Array
  /** One class index an image, or null where the source has none. */
  readonly labels: Int32Array | null
  /** Class names by index (top folder names), or null. */
  readonly classNames: readonly string[] | null
  /** SHA-256 of the pixels as stored (little-endian), hexadecimal. */
  readonly sha256: string
}

/** Size of the pictures a model is built for. */
export interface ImageSize {
  /** Pixels from top to bottom. */
  readonly height: number
  /** Pixels from left to right. */
  readonly width: number
}

/** What a folder's image that cannot be used does: end the reading, or be left out by name. */
export type BadImagePolicy = 'fail' | 'skip'

/** What a caller hears while images are read. */
export interface DataHooks {
  /** Images ready so far. */
  readonly onData?: ((done: number, total: number) => void) | undefined
  /** An image that is left out (`onBadImage: 'skip'`), as one line of text. */
  readonly onSkip?: ((line: string) => void) | undefined
}
