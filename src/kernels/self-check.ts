// Compares the hot kernels with plain loops on this machine, after their code has been warmed up (what runs first is not what runs
// later: V8 compiles hot WebAssembly a second time). For `eyes-wasm doctor`. Works on memories of its own: no tfjs, no backend. Not
// here: every size and tail, which the tests sweep; this finds a machine or an engine that computes wrongly.
import { backend_util } from '@tensorflow/tfjs-core'
import { instantiateKernels } from '../wasm/kernels.js'
import { compileModules, compileSharedModule } from '../wasm/modules.js'
import { instantiateShared } from '../wasm/shared.js'
import { activations, geometryRecord } from './geometry.js'

/** One kernel: the largest difference found, and the largest that rounding explains. */
export interface KernelCheck {
  readonly kernel: string
  readonly maxError: number
  readonly bound: number
}

/** A kernel on fixed data: what to call, what it wrote, and what it should have written. */
interface Case {
  readonly kernel: string
  run(): void
  actual(): ArrayLike<number>
  readonly expected: Float64Array
  readonly bound: number
}

/** Milliseconds that each kernel is repeated for; V8 needs a small part of them to notice that it is hot. */
const warmUp = 80
const unitRoundoff = 1 / 2 ** 24

/** Rounding of a sum of n products in float32: 6 sqrt(n) u of the sum of their sizes (Higham & Mary 2019), two roundings apart. */
const sumBound = (n: number, magnitudes: Float64Array) =>
  6 * Math.sqrt(n + 2) * unitRoundoff * magnitudes.reduce((a, b) => Math.max(a, b), 0)

/** Bump allocation of float32 arrays in one memory. */
class Arrays {
  #top = 64
  constructor(readonly memory: WebAssembly.Memory) {}

  /** Address of `size` floats filled from a fixed pseudo-random sequence in [-1, 1), 16-byte aligned. */
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

  record(fields: readonly number[]): number {
    const at = this.reserve(4 * fields.length)
    new Int32Array(this.memory.buffer, at, fields.length).set(fields)
    return at
  }
}

// A (3, 1, 1) layer of the models, on a small image.
const side = 14
const inChannels = 12
const outChannels = 24
const kernelSide = 3
const pixels = side * side

/** Visits each product x[xi] * w[wi] that is a term of y[yi]. */
function forEachTerm(visit: (xi: number, wi: number, yi: number) => void): void {
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let tap = 0; tap < kernelSide * kernelSide; tap++) {
      const y = Math.floor(pixel / side) + Math.floor(tap / kernelSide) - 1
      const x = (pixel % side) + (tap % kernelSide) - 1
      if (y < 0 || y >= side || x < 0 || x >= side) continue
      for (let c = 0; c < inChannels; c++) {
        const from = (y * side + x) * inChannels + c
        for (let oc = 0; oc < outChannels; oc++) {
          visit(from, (tap * inChannels + c) * outChannels + oc, pixel * outChannels + oc)
        }
      }
    }
  }
}

async function convolutions(): Promise<Case[]> {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 32 }))
  const kernels = instantiateKernels((await compileModules()).kernels, arrays.memory)
  const [xSize, ySize] = [pixels * inChannels, pixels * outChannels]
  const wSize = kernelSide * kernelSide * inChannels * outChannels
  const [x, w, dy] = [arrays.fill(xSize, 1), arrays.fill(wSize, 2), arrays.fill(ySize, 3)]
  const [y, dx, dw] = [arrays.fill(ySize, 4), arrays.fill(xSize, 5), arrays.fill(wSize, 6)]
  const info = backend_util.computeConv2DInfo(
    [1, side, side, inChannels],
    [kernelSide, kernelSide, inChannels, outChannels],
    1,
    1,
    'same',
  )
  const g = arrays.record(geometryRecord(info))
  const needs = [
    kernels.conv2DScratch(g),
    kernels.conv2DBackpropInputScratch(g),
    kernels.conv2DBackpropFilterScratch(g),
  ]
  const scratch = arrays.reserve(needs.reduce((a, b) => Math.max(a, b)))

  const values = [x, w, dy].map((at, i) => Float64Array.from(arrays.view(at, [xSize, wSize, ySize][i]!)))
  const [vx, vw, vdy] = values as [Float64Array, Float64Array, Float64Array]
  /** Sum into each target[ti] of a[ai] * b[bi], and of the products' sizes. */
  const sums = (size: number, term: (add: (target: number, product: number) => void) => void) => {
    const [expected, magnitudes] = [new Float64Array(size), new Float64Array(size)]
    term((target, product) => {
      expected[target]! += product
      magnitudes[target]! += Math.abs(product)
    })
    return { expected, magnitudes }
  }
  const forward = sums(ySize, add => forEachTerm((xi, wi, yi) => add(yi, vx[xi]! * vw[wi]!)))
  const toInput = sums(xSize, add => forEachTerm((xi, wi, yi) => add(xi, vdy[yi]! * vw[wi]!)))
  const toFilter = sums(wSize, add => forEachTerm((xi, wi, yi) => add(wi, vdy[yi]! * vx[xi]!)))
  const taps = kernelSide * kernelSide
  return [
    {
      kernel: 'Conv2D',
      run: () => kernels.conv2D(x, w, 0, y, g, activations.linear, scratch),
      actual: () => arrays.view(y, ySize),
      expected: forward.expected,
      bound: sumBound(taps * inChannels, forward.magnitudes),
    },
    {
      kernel: 'Conv2DBackpropInput',
      run: () => kernels.conv2DBackpropInput(dy, w, 0, dx, g, activations.linear, scratch),
      actual: () => arrays.view(dx, xSize),
      expected: toInput.expected,
      bound: sumBound(taps * outChannels, toInput.magnitudes),
    },
    {
      kernel: 'Conv2DBackpropFilter',
      run: () => kernels.conv2DBackpropFilter(x, dy, dw, g, scratch),
      actual: () => arrays.view(dw, wSize),
      expected: toFilter.expected,
      bound: sumBound(pixels, toFilter.magnitudes),
    },
  ]
}

async function elementwise(): Promise<Case[]> {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels((await compileModules()).kernels, arrays.memory)
  const size = pixels * outChannels
  const [a, b, da] = [arrays.fill(size, 1), arrays.fill(size, 2), arrays.fill(size, 3)]
  const [dz, db] = [arrays.fill(size, 4), arrays.fill(outChannels, 5)]
  const [va, vb] = [arrays.view(a, size), arrays.view(b, size)]
  const bias = new Float64Array(outChannels)
  va.forEach((y, i) => (bias[i % outChannels]! += y > 0 ? vb[i]! : 0))
  const gradient = Float64Array.from(va, (v, i) => (2 * (v - vb[i]!)) / size)
  const squares = va.reduce((sum, v, i) => sum + (v - vb[i]!) * (v - vb[i]!), 0) / size
  let loss = NaN
  return [
    {
      kernel: 'ActivationBiasGrad',
      run: () => kernels.activationBiasGrad(a, b, dz, db, pixels, outChannels, activations.relu),
      actual: () => arrays.view(db, outChannels),
      expected: bias,
      bound: sumBound(pixels, new Float64Array([pixels])),
    },
    {
      kernel: 'ReconstructionLoss',
      run: () => (loss = kernels.reconstructionLoss(a, b, size, 0)),
      actual: () => [loss],
      expected: new Float64Array([squares]),
      bound: 4 * unitRoundoff * squares,
    },
    {
      kernel: 'ReconstructionLossGrad',
      run: () => kernels.reconstructionLossGrad(a, b, da, size, 0, 1),
      actual: () => arrays.view(da, size),
      expected: gradient,
      bound: 4 * unitRoundoff * (4 / size),
    },
  ]
}

async function optimiser(): Promise<Case[]> {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true }))
  const kernels = instantiateShared(await compileSharedModule(), arrays.memory)
  const [size, count] = [1003, 8]
  const [slots, weights] = [arrays.fill(size * count, 1), arrays.fill(count, 2)]
  const [sum, start, p, m, v] = [3, 4, 5, 6, 7].map(salt => arrays.fill(size, salt)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const [vs, vw] = [arrays.view(slots, size * count), arrays.view(weights, count)]
  const reduced = Float64Array.from({ length: size }, (_, i) =>
    vw.reduce((total, w, k) => total + w * vs[k * size + i]!, 0),
  )
  // One first step of Adam with PyTorch's constants, from zero moments: the gradient is the first slot.
  const [beta1, beta2, epsilon, lr] = [0.9, 0.999, 1e-8, 1e-3]
  const moved = Float64Array.from(arrays.view(start, size), (value, i) => {
    const g = vs[i]!
    return value - (lr * g) / (Math.abs(g) + epsilon)
  })
  const step = () => {
    arrays.view(p, size).set(arrays.view(start, size))
    arrays.view(m, size).fill(0)
    arrays.view(v, size).fill(0)
    const [stepSize, root] = [lr / (1 - beta1), Math.sqrt(1 - beta2)]
    kernels.adam(p, m, v, slots, size, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, root)
  }
  return [
    {
      kernel: 'Reduce',
      run: () => kernels.reduce(slots, weights, sum, count, size, size),
      actual: () => arrays.view(sum, size),
      expected: reduced,
      bound: sumBound(count, new Float64Array([count])),
    },
    {
      kernel: 'Adam',
      run: step,
      actual: () => arrays.view(p, size),
      expected: moved,
      // The parameter's own rounding, below 1, and a few of the step's.
      bound: unitRoundoff + 16 * unitRoundoff * lr,
    },
  ]
}

function check(test: Case): KernelCheck {
  const { kernel, expected, bound } = test
  const end = performance.now() + warmUp
  for (let calls = 0; calls < 3 || performance.now() < end; calls++) test.run()
  const values = test.actual()
  let maxError = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(values[i]! - expected[i]!)
    if (!(error <= maxError)) maxError = Number.isNaN(error) ? Infinity : error
  }
  return { kernel, maxError, bound }
}

/** Runs the comparison in this thread; takes about a second. A kernel is right when its maxError is at most its bound. */
export async function selfCheck(): Promise<KernelCheck[]> {
  const groups = await Promise.all([convolutions(), elementwise(), optimiser()])
  return groups.flat().map(check)
}
