// Whether revectorized kernels compute what they should: on small data, bit for bit what the same kernels give as 128-bit code with its own
// tile shape, and within rounding what plain loops give. Only as good as the code it runs is final: ../wasm/compile-revectorized.ts sees to it.
import { setVectorMode, type VectorMode } from '../wasm/revectorize.js'
import { type Case, compare, convolutionCases, elementwiseCases, type LayerCase } from './check-cases.js'
import { denseCases } from './check-dense.js'
import { otherCases } from './check-others.js'
import { windowCases } from './check-windows.js'
import { kernelsInPieces, wholeKernels, type WinogradCase, winogradCases } from './check-winograd.js'

/** The layer that is held against plain loops as well. */
const referenced: LayerCase = { side: 5, kernel: 3, stride: 1, inChannels: 12, outChannels: 24 }

/** The report's kernel sizes and strides, and channel counts that are a multiple of the wide tile, half of it, and below a vector. */
const layers: readonly LayerCase[] = [
  { side: 10, kernel: 3, stride: 1, inChannels: 3, outChannels: 12 },
  { side: 10, kernel: 3, stride: 1, inChannels: 24, outChannels: 48 },
  { side: 10, kernel: 5, stride: 1, inChannels: 24, outChannels: 24 },
  { side: 10, kernel: 7, stride: 1, inChannels: 12, outChannels: 24 },
  { side: 10, kernel: 9, stride: 1, inChannels: 12, outChannels: 24 },
  { side: 10, kernel: 4, stride: 2, inChannels: 24, outChannels: 48 },
  { side: 10, kernel: 6, stride: 2, inChannels: 24, outChannels: 24 },
]

interface Result {
  readonly kernel: string
  readonly values: Float64Array
  /** Whether plain loops agree, where they were asked. */
  readonly isRight: boolean
}

/** What each case writes, run once, in a mode: the tile shape follows it. `asked`: whether to ask plain loops, which take longest. */
function results(module: WebAssembly.Module, mode: VectorMode, asked: boolean): Result[] {
  setVectorMode(mode)
  const run = (one: Case, isReferenced: boolean): Result => {
    one.run()
    // At once: the next case may write to the same place.
    return { kernel: one.kernel, values: Float64Array.from(one.actual()), isRight: !isReferenced || agrees(one) }
  }
  const agrees = (one: Case) => {
    const { maxError, bound } = compare(one)
    return maxError <= bound
  }
  // The matrix product's wide panels are of 6 and 4 vectors, with a rest of 3, 2 or 1: 48 channels are 12 vectors, 12 are 3, 20 are 5
  // and 40 are 10. The product is the same for every tile size; only the transforms are their own.
  const winograd = [...wholeKernels(6, 24, 48), ...kernelsInPieces(6, 4, 12)]
  const [one] = wholeKernels(6, 12, 20) as [WinogradCase]
  const [other] = wholeKernels(6, 28, 40) as [WinogradCase]
  const withReference = [
    ...convolutionCases(module, referenced),
    ...elementwiseCases(module),
    ...denseCases(module),
    ...winogradCases(module, one),
  ]
  const others = [
    ...layers.flatMap(layer => convolutionCases(module, layer)),
    ...[other, ...winograd].flatMap(layer => winogradCases(module, layer)),
    ...otherCases(module),
    ...windowCases(module),
  ]
  return [...withReference.map(one => run(one, asked)), ...others.map(one => run(one, false))]
}

function sameBits(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length || a.length === 0) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/**
 * Names of the kernels that are wrong when revectorized; none when all is well. Takes about 70 ms, most of them in code that
 * runs for the first time; sets the vector mode, and leaves it at 128 bits.
 */
export function wrongWhenRevectorized(revectorized: WebAssembly.Module, plain: WebAssembly.Module): string[] {
  try {
    const found = results(revectorized, 'revectorized', true)
    // Bits that agree with those are as right.
    const wanted = results(plain, 'simd128', false)
    const wrong = found.filter(({ values, isRight }, i) => !isRight || !sameBits(values, wanted[i]!.values))
    return [...new Set(wrong.map(({ kernel }) => kernel))]
  } finally {
    setVectorMode('simd128')
  }
}
