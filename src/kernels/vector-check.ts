// Whether revectorized kernels compute what they should: on small data, bit for bit what the same kernels give as 128-bit code with its own
// tile shape, and within rounding what plain loops give. Only as good as the code it runs is final: compileRevectorized (wasm/) sees to it.
import { setVectorMode, type VectorMode } from '../wasm/revectorize.js'
import { type Case, compare, convolutionCases, elementwiseCases, type LayerCase, otherCases } from './check-cases.js'

/** The layer that is held against plain loops as well. */
const referenced: LayerCase = { side: 7, kernel: 3, stride: 1, inChannels: 12, outChannels: 24 }

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

/** All cases, run once, in a mode: the tile shape follows it. */
function runCases(module: WebAssembly.Module, mode: VectorMode): { withReference: Case[]; others: Case[] } {
  setVectorMode(mode)
  const withReference = [...convolutionCases(module, referenced), ...elementwiseCases(module)]
  const others = [...layers.flatMap(layer => convolutionCases(module, layer)), ...otherCases(module)]
  for (const { run } of [...withReference, ...others]) run()
  return { withReference, others }
}

function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return a.length === b.length && a.length > 0
}

/**
 * Names of the kernels that are wrong when revectorized; none when all is well. Takes some ten milliseconds, sets the vector mode, and leaves
 * it at 128 bits.
 */
export function wrongWhenRevectorized(revectorized: WebAssembly.Module, plain: WebAssembly.Module): string[] {
  try {
    const found = runCases(revectorized, 'revectorized')
    const wanted = runCases(plain, 'simd128')
    const all = [...wanted.withReference, ...wanted.others]
    const differing = [...found.withReference, ...found.others].filter(
      ({ actual }, i) => !sameBits(actual(), all[i]!.actual()),
    )
    const beyondRounding = found.withReference.map(compare).filter(({ maxError, bound }) => !(maxError <= bound))
    return [...new Set([...differing, ...beyondRounding].map(({ kernel }) => kernel))]
  } finally {
    setVectorMode('simd128')
  }
}
