// Kernels on small fixed data, in memories of its own: what self-check.ts compares with plain loops and vector-check.ts with the same
// kernels compiled otherwise. No tfjs, no backend. Not here: Winograd's (check-winograd.ts), the kernels without a plain loop
// (check-others.ts), and every size and tail, which the tests sweep.
import { instantiateKernels, type KernelExports } from '../wasm/kernels.js'
import { activations, type ConvInfo, geometryRecord } from './geometry.js'
import { squareConvInfo } from './square-convolution.js'

/** A kernel on fixed data: what to call, and what it wrote. */
export interface Case {
  readonly kernel: string
  readonly run: () => void
  readonly actual: () => ArrayLike<number>
  /** By plain loops in float64, and the largest difference that rounding explains; where there is such a loop. */
  readonly reference?: () => { readonly expected: Float64Array; readonly bound: number }
}

/** One kernel: the largest difference found, and the largest that rounding explains. */
export interface KernelCheck {
  readonly kernel: string
  readonly maxError: number
  readonly bound: number
}

/** What the kernel of a case has written, beside its reference; a case without one is no check. */
export function compare({ kernel, actual, reference }: Case): KernelCheck {
  if (reference === undefined) throw new Error(`check: ${kernel} has no reference, wanted one`)
  const { expected, bound } = reference()
  const values = actual()
  let maxError = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(values[i]! - expected[i]!)
    if (!(error <= maxError)) maxError = Number.isNaN(error) ? Infinity : error
  }
  return { kernel, maxError, bound }
}

export const unitRoundoff = 1 / 2 ** 24

/** Rounding of a sum of n products in float32: 6 sqrt(n) u of the sum of their sizes (Higham & Mary 2019), two roundings apart. */
export const sumBound = (n: number, magnitudes: Float64Array) =>
  6 * Math.sqrt(n + 2) * unitRoundoff * magnitudes.reduce((a, b) => Math.max(a, b), 0)

/** Bump allocation of arrays in one memory, 16-byte aligned. */
export class Arrays {
  #top = 64
  constructor(readonly memory: WebAssembly.Memory) {}

  /** Address of `size` floats filled from a fixed pseudo-random sequence in [-1, 1). */
  fill(size: number, salt: number): number {
    const at = this.reserve(4 * size)
    this.view(at, size).forEach((_, i, values) => {
      values[i] = (Math.imul(i + 1 + 7919 * salt, 0x9e3779b1) >>> 8) / 2 ** 23 - 1
    })
    return at
  }

  reserve(bytes: number): number {
    const at = this.#top
    this.#top = (at + bytes + 79) & ~15
    if (this.#top > this.memory.buffer.byteLength)
      this.memory.grow((this.#top - this.memory.buffer.byteLength + 65535) >> 16)
    return at
  }

  view(at: number, size: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, size)
  }

  doubles(at: number, size: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, size)
  }

  record(fields: readonly number[]): number {
    const at = this.reserve(4 * fields.length)
    new Int32Array(this.memory.buffer, at, fields.length).set(fields)
    return at
  }
}

/** A square layer on one square image; padded as the report's models are. */
export interface LayerCase {
  readonly side: number
  readonly kernel: number
  readonly stride: number
  readonly inChannels: number
  readonly outChannels: number
}

export const infoOfLayer = ({ side, kernel, ...layer }: LayerCase): ConvInfo =>
  squareConvInfo({ ...layer, kernel, height: side, width: side, padding: Math.floor(kernel / 2) })

/** Visits each product x[xi] * w[wi] that is a term of y[yi]. */
export function forEachTerm(info: ConvInfo, visit: (xi: number, wi: number, yi: number) => void): void {
  const { inHeight, inWidth, outHeight, outWidth, inChannels, outChannels, filterHeight, filterWidth } = info
  for (let pixel = 0; pixel < outHeight * outWidth; pixel++) {
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const y = Math.floor(pixel / outWidth) * info.strideHeight + Math.floor(tap / filterWidth) - info.padInfo.top
      const x = (pixel % outWidth) * info.strideWidth + (tap % filterWidth) - info.padInfo.left
      if (y < 0 || y >= inHeight || x < 0 || x >= inWidth) continue
      for (let c = 0; c < inChannels; c++) {
        const from = (y * inWidth + x) * inChannels + c
        for (let oc = 0; oc < outChannels; oc++)
          visit(from, (tap * inChannels + c) * outChannels + oc, pixel * outChannels + oc)
      }
    }
  }
}

/** Sum into each of `size` targets of the products that `terms` adds, and the bound on a float32 sum of `length` of them. */
function sums(size: number, length: number, terms: (add: (target: number, product: number) => void) => void) {
  const [expected, magnitudes] = [new Float64Array(size), new Float64Array(size)]
  terms((target, product) => {
    expected[target]! += product
    magnitudes[target]! += Math.abs(product)
  })
  return { expected, bound: sumBound(length, magnitudes) }
}

/** A convolution and its two gradients, computed directly. */
export function convolutionCases(module: WebAssembly.Module, layer: LayerCase): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 32 }))
  const kernels = instantiateKernels(module, arrays.memory)
  const info = infoOfLayer(layer)
  const pixels = info.outHeight * info.outWidth
  const taps = layer.kernel * layer.kernel
  const [xSize, ySize] = [layer.side * layer.side * layer.inChannels, pixels * layer.outChannels]
  const wSize = taps * layer.inChannels * layer.outChannels
  const [x, w, dy] = [arrays.fill(xSize, 1), arrays.fill(wSize, 2), arrays.fill(ySize, 3)]
  const [y, dx, dw] = [arrays.fill(ySize, 4), arrays.fill(xSize, 5), arrays.fill(wSize, 6)]
  const g = arrays.record(geometryRecord(info))
  const needs = [
    kernels.conv2DScratch(g),
    kernels.conv2DBackpropInputScratch(g),
    kernels.conv2DBackpropFilterScratch(g),
  ]
  const scratch = arrays.reserve(needs.reduce((a, b) => Math.max(a, b)))
  const inputs = () => [arrays.view(x, xSize), arrays.view(w, wSize), arrays.view(dy, ySize)] as const
  return [
    {
      kernel: 'Conv2D',
      run: () => kernels.conv2D(x, w, 0, y, g, activations.linear, scratch),
      actual: () => arrays.view(y, ySize),
      reference: () => {
        const [vx, vw] = inputs()
        return sums(ySize, taps * layer.inChannels, add =>
          forEachTerm(info, (xi, wi, yi) => add(yi, vx[xi]! * vw[wi]!)),
        )
      },
    },
    {
      kernel: 'Conv2DBackpropInput',
      run: () => kernels.conv2DBackpropInput(dy, w, 0, dx, g, activations.linear, scratch),
      actual: () => arrays.view(dx, xSize),
      reference: () => {
        const [, vw, vdy] = inputs()
        return sums(xSize, taps * layer.outChannels, add =>
          forEachTerm(info, (xi, wi, yi) => add(xi, vdy[yi]! * vw[wi]!)),
        )
      },
    },
    {
      kernel: 'Conv2DBackpropFilter',
      run: () => kernels.conv2DBackpropFilter(x, dy, dw, g, scratch),
      actual: () => arrays.view(dw, wSize),
      reference: () => {
        const [vx, , vdy] = inputs()
        return sums(wSize, pixels, add => forEachTerm(info, (xi, wi, yi) => add(wi, vdy[yi]! * vx[xi]!)))
      },
    },
  ]
}

/** What goes over a map element by element. */
export function elementwiseCases(module: WebAssembly.Module): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels(module, arrays.memory)
  const [pixels, channels] = [196, 24]
  const size = pixels * channels
  const [a, b, da] = [arrays.fill(size, 1), arrays.fill(size, 2), arrays.fill(size, 3)]
  const [dz, db, out] = [arrays.fill(size, 4), arrays.fill(channels, 5), arrays.fill(size, 6)]
  const inputs = () => [arrays.view(a, size), arrays.view(b, size)] as const
  let loss = NaN
  return [
    {
      kernel: 'ActivationBiasGrad',
      run: () => kernels.activationBiasGrad(a, b, dz, db, pixels, channels, activations.relu),
      actual: () => arrays.view(db, channels),
      reference: () => {
        const [va, vb] = inputs()
        const expected = new Float64Array(channels)
        va.forEach((y, i) => (expected[i % channels]! += y > 0 ? vb[i]! : 0))
        return { expected, bound: sumBound(pixels, new Float64Array([pixels])) }
      },
    },
    {
      kernel: 'Add',
      run: () => kernels.add(a, b, out, size),
      actual: () => arrays.view(out, size),
      reference: () => {
        const [va, vb] = inputs()
        return { expected: Float64Array.from(va, (v, i) => v + vb[i]!), bound: 2 * unitRoundoff }
      },
    },
    ...pixelCases(kernels, arrays),
    {
      kernel: 'ReconstructionLoss',
      run: () => (loss = kernels.reconstructionLoss(a, b, size, 0)),
      actual: () => [loss],
      reference: () => {
        const [va, vb] = inputs()
        const squares = va.reduce((sum, v, i) => sum + (v - vb[i]!) * (v - vb[i]!), 0) / size
        return { expected: new Float64Array([squares]), bound: 4 * unitRoundoff * squares }
      },
    },
    {
      kernel: 'ReconstructionLossGrad',
      run: () => kernels.reconstructionLossGrad(a, b, da, size, 0, 1),
      actual: () => arrays.view(da, size),
      reference: () => {
        const [va, vb] = inputs()
        return {
          expected: Float64Array.from(va, (v, i) => (2 * (v - vb[i]!)) / size),
          bound: 4 * unitRoundoff * (4 / size),
        }
      },
    },
  ]
}

/** Pictures onto the models' scale, -1 to 1: from bytes, and from floats in place. */
function pixelCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const size = 195 // three lanes past a vector's end
  const [source, out] = [arrays.fill(size, 7), arrays.fill(size, 8)]
  const [range, low] = [2, -1]
  // A pixel's rounding, doubled, and the sum's.
  const onScale = (pixels: Iterable<number>, whole: number) => ({
    expected: Float64Array.from(pixels, pixel => low + (range * pixel) / whole),
    bound: 4 * unitRoundoff,
  })
  return [
    {
      kernel: 'BytePixels',
      run: () => kernels.bytePixels(source, out, size, range, low),
      actual: () => arrays.view(out, size),
      reference: () => onScale(new Uint8Array(arrays.memory.buffer, source, size), 255),
    },
    {
      kernel: 'FloatPixels',
      run: () => {
        arrays.view(out, size).set(arrays.view(source, size))
        kernels.floatPixels(out, size, range, low)
      },
      actual: () => arrays.view(out, size),
      reference: () => onScale(arrays.view(source, size), 1),
    },
  ]
}
