// The Gram matrix of all images' latents, put together block by block: at the report's sizes the latents are 1476 x 240,000 float32, 1.4 GB,
// which do not fit into memory twice. A panel of them stays while the others pass by once a panel, encoded anew each time.
import { openGram } from '../kernels/Gram.js'

/** Memory for the latents that stay, in bytes. */
const panelBytes = 512 * 2 ** 20
/** Images encoded at once: some 15 MB of latents at the report's sizes. */
const blockImages = 16

/** Latents of some images, and where they stand. */
export interface EncodedBlock<T> {
  readonly first: number
  readonly count: number
  readonly latents: T
}

export interface GramOptions<T> {
  /** How many images, and the length of one latent. */
  readonly count: number
  readonly length: number
  /** Latents of the images first to first + count - 1; `mean` is [count, length]. Called several at a time, `ahead` more than one. */
  readonly encode: (first: number, count: number) => Promise<T>
  readonly ahead: number
  /** Sees each image's latents once, in order. */
  readonly receive?: (block: EncodedBlock<T>) => void
  /** Images encoded so far, of how many encodings in all. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal | undefined
  /** For tests: rows that stay, instead of what fits into 512 MB. */
  readonly panelRows?: number
}

/** The images from..to in blocks, with some encodings under way while the caller works on the one before. */
export async function* encodedBlocks<T>(
  from: number,
  to: number,
  { encode, ahead }: Pick<GramOptions<T>, 'encode' | 'ahead'>,
): AsyncGenerator<EncodedBlock<T>> {
  const underWay: Promise<EncodedBlock<T>>[] = []
  let next = from
  for (;;) {
    while (underWay.length <= ahead && next < to) {
      const [first, count] = [next, Math.min(blockImages, to - next)]
      const block = encode(first, count).then(latents => ({ first, count, latents }))
      // Whoever awaits it hears of a failure; a block that nobody awaits any more must not end the process.
      block.catch(() => undefined)
      underWay.push(block)
      next += count
    }
    const block = underWay.shift()
    if (block === undefined) return
    yield await block
  }
}

/** How many encodings `latentGram` will ask for. */
export function encodings(count: number, panelRows: number): number {
  let total = 0
  for (let start = 0; start < count; start += panelRows) total += count - start
  return total
}

/**
 * Inner products of the latents' means, [count, count], not centred.
 * @throws what the signal was raised with; INPUT where memory does not suffice
 */
export async function latentGram<T extends { readonly mean: Float32Array }>(
  options: GramOptions<T>,
): Promise<Float64Array> {
  const { count, length, receive, onProgress, signal } = options
  const wanted = options.panelRows ?? Math.max(4, 4 * Math.floor(panelBytes / (16 * length)))
  const memory = await openGram(length, Math.min(count, wanted), blockImages)
  const { panelRows } = memory
  const products = new Float64Array(count * count)
  const total = encodings(count, panelRows)
  let done = 0

  /** Writes products of images a.. with those of the panel from `start` on, on both sides of the diagonal. */
  function keep(values: Float64Array, a: number, rows: number, start: number, columns: number): void {
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const value = values[i * panelRows + j]!
        products[(a + i) * count + start + j] = value
        products[(start + j) * count + a + i] = value
      }
  }

  for (let start = 0; start < count; start += panelRows) {
    const end = Math.min(count, start + panelRows)
    for await (const block of encodedBlocks(start, count, options)) {
      signal?.throwIfAborted()
      if (start === 0) receive?.(block)
      const row = (index: number) => block.latents.mean.subarray(index * length, (index + 1) * length)
      const inPanel = Math.max(0, Math.min(block.count, end - block.first))
      for (let i = 0; i < inPanel; i++) memory.setPanelRow(block.first - start + i, row(i))
      for (let i = inPanel; i < block.count; i++) memory.setBlockRow(i - inPanel, row(i))
      if (block.first + block.count >= end && block.first < end)
        for (let a = 0; a < end - start; a += memory.blockRows)
          keep(memory.panelTimesPanel(a), start + a, Math.min(memory.blockRows, end - start - a), start, end - start)
      const passing = block.count - inPanel
      if (passing > 0) keep(memory.blockTimesPanel(passing), block.first + inPanel, passing, start, end - start)
      done += block.count
      onProgress?.(done, total)
    }
  }
  return products
}
