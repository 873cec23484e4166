// Power of small pictures by spatial frequency: an exact discrete Fourier transform of any height and width, gathered in rings of equal
// frequency. Pure functions of numbers; spectrum.ts feeds it with originals and reconstructions.
//
// The transform is two matrix products, H x H and W x W, because the report's side of 50 is no power of two and 2 x 50 products a value
// are little. It is in float64: from the first ring to the last a picture's power falls by four to six orders of magnitude, and by more for
// an error, so that in float32 the rounding of the sums could show in the last rings.
import { cos } from '../random/portable-math.js'

export type SpectrumWindow = 'hann' | 'none'

export interface SpectrumSettings {
  readonly height: number
  readonly width: number
  /**
   * `hann` fades a picture out towards its border. The transform takes a picture for one tile of an endless pattern, in which opposite
   * borders touch; with `none` the steps there have power at every frequency and drown what the picture has at the high ones.
   */
  readonly window: SpectrumWindow
}

/** A picture channel's transform: the columns u = 0 to floor(W / 2), which say all of it, because the picture is real. */
export interface Transform {
  /** [height, floor(width / 2) + 1] each, divided by height x width. */
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

export interface SpectrumAnalyser {
  /**
   * How many rings there are. Ring r holds the frequencies within half a cycle of r cycles a picture; of a picture that is not square,
   * cycles over its longer side. The first `nyquist` + 1 are whole; those beyond reach into the corners of the transform alone.
   */
  readonly rings: number
  /** The highest frequency along an axis, in cycles over the longer side: half of it in pixels, rounded down. */
  readonly nyquist: number
  /** Frequencies of each ring; their sum is height x width. */
  readonly frequencies: Float64Array
  /** Transform of [height, width] values less their mean, under the window. */
  transform(values: Float64Array): Transform
  /**
   * Adds the power of each ring to `into` ([rings]), of a, or of a - b where b is given. By Parseval's theorem the rings' sum is the mean
   * square of the values that were transformed.
   */
  addPower(into: Float64Array, a: Transform, b?: Transform): void
}

/** cos and sin of 2 pi k n / length for n < length and k < columns, [length, columns]; the angle is reduced first, so that both are exact. */
function waves(length: number, columns: number) {
  const cosines = Float64Array.from({ length }, (_, n) => cos((2 * Math.PI * n) / length))
  const sines = Float64Array.from({ length }, (_, n) => cos((2 * Math.PI * n) / length - Math.PI / 2))
  const at = (table: Float64Array) =>
    Float64Array.from(
      { length: length * columns },
      (_, i) => table[(Math.floor(i / columns) * (i % columns)) % length]!,
    )
  return { cosines: at(cosines), sines: at(sines) }
}

/** Weights along one side, with a mean square of 1: the window takes no power from a picture on the whole. */
function windowOf(length: number, window: SpectrumWindow): Float64Array {
  if (window === 'none') return new Float64Array(length).fill(1)
  const hann = Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * cos((2 * Math.PI * (n + 0.5)) / length))
  const square = hann.reduce((sum, value) => sum + value * value, 0) / length
  return hann.map(value => value / Math.sqrt(square))
}

/** The signed frequency of index k: -length / 2 < frequency <= length / 2. */
const signed = (k: number, length: number) => (2 * k > length ? k - length : k)

/** Each frequency's ring, [height, columns], and how often the whole transform has it: once, or twice with its mirror image. */
function ringsOf({ height, width }: SpectrumSettings, columns: number) {
  const longer = Math.max(height, width)
  const ring = new Int32Array(height * columns)
  const times = new Float64Array(height * columns)
  for (let v = 0; v < height; v++)
    for (let u = 0; u < columns; u++) {
      const [fy, fx] = [signed(v, height) / height, u / width]
      ring[v * columns + u] = Math.floor(longer * Math.sqrt(fx * fx + fy * fy) + 0.5)
      times[v * columns + u] = u === 0 || 2 * u === width ? 1 : 2
    }
  return { ring, times }
}

/** An analyser of pictures of one size; its tables are made once. */
export function spectrumAnalyser(settings: SpectrumSettings): SpectrumAnalyser {
  const { height, width, window } = settings
  const columns = Math.floor(width / 2) + 1
  const horizontal = waves(width, columns)
  const vertical = waves(height, height)
  const [overRows, overColumns] = [windowOf(height, window), windowOf(width, window)]
  const { ring, times } = ringsOf(settings, columns)
  const rings = ring.reduce((most, value) => Math.max(most, value), 0) + 1
  const frequencies = new Float64Array(rings)
  ring.forEach((value, i) => (frequencies[value]! += times[i]!))

  /** values [height, width] times the waves along the width: [height, columns], real and minus imaginary. */
  function alongRows(values: Float64Array): [Float64Array, Float64Array] {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const [real, minus] = [new Float64Array(height * columns), new Float64Array(height * columns)]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = (values[y * width + x]! - mean) * overRows[y]! * overColumns[x]!
        for (let u = 0; u < columns; u++) {
          real[y * columns + u]! += value * horizontal.cosines[x * columns + u]!
          minus[y * columns + u]! += value * horizontal.sines[x * columns + u]!
        }
      }
    return [real, minus]
  }

  function transform(values: Float64Array): Transform {
    const [a, b] = alongRows(values)
    const [real, imaginary] = [new Float64Array(height * columns), new Float64Array(height * columns)]
    const scale = 1 / (height * width)
    for (let y = 0; y < height; y++)
      for (let v = 0; v < height; v++) {
        const [c, s] = [scale * vertical.cosines[y * height + v]!, scale * vertical.sines[y * height + v]!]
        for (let u = 0; u < columns; u++) {
          const [p, q] = [a[y * columns + u]!, b[y * columns + u]!]
          real[v * columns + u]! += p * c - q * s
          imaginary[v * columns + u]! -= q * c + p * s
        }
      }
    return { real, imaginary }
  }

  function addPower(into: Float64Array, a: Transform, b?: Transform): void {
    for (let i = 0; i < ring.length; i++) {
      const real = a.real[i]! - (b?.real[i] ?? 0)
      const imaginary = a.imaginary[i]! - (b?.imaginary[i] ?? 0)
      into[ring[i]!]! += times[i]! * (real * real + imaginary * imaginary)
    }
  }

  return { rings, nyquist: Math.floor(Math.max(height, width) / 2), frequencies, transform, addPower }
}

/** One colour channel of [n, height, width, 3] pixels, 0 to 1: [height, width]. */
export function channelOf(
  pixels: Uint8Array | Float32Array,
  image: number,
  channel: number,
  { height, width }: Pick<SpectrumSettings, 'height' | 'width'>,
): Float64Array {
  const scale = pixels instanceof Uint8Array ? 255 : 1
  const start = image * height * width * 3 + channel
  return Float64Array.from({ length: height * width }, (_, i) => pixels[start + 3 * i]! / scale)
}
