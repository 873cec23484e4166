// The vector mode of this process. V8 13.6 and later can fuse pairs of adjacent 128-bit operations into 256-bit ones on x64
// (`--experimental-wasm-revectorize`); both modes give the same bits. Here: whether it is wanted, there,
// and what the kernels run with. Not here: the compilation (compile-revectorized.ts) and its check (../kernels/checked-modules.ts).
import { closeSync, openSync, readSync } from 'node:fs'
import { inputError } from '../errors.js'
import { engineName, isV8 } from '../engine.js'

/** What the kernels' vectors are: 128 bits as written, or pairs of them fused into 256 bits. */
export type VectorMode = 'simd128' | 'revectorized'

const variable = 'EYES_WASM_REVECTORIZE'

let isWanted = false
let mode: VectorMode = 'simd128'
let failure: string | undefined

/** Whether this V8 (`process.versions.v8`, e.g. 13.6.233.17-node.28) has the mode for this processor architecture. */
export function revectorizeSupported(v8Version: string, architecture: string = process.arch): boolean {
  const [major = 0, minor = 0] = v8Version.split('.').map(Number)
  return architecture === 'x64' && (major > 13 || (major === 13 && minor >= 6))
}

/** Whether the processor has 256-bit AVX2, as far as the system says (Linux does): V8 fuses nothing without, and says nothing. */
export function hasAvx2(): boolean {
  const start = Buffer.alloc(4096)
  try {
    const file = openSync('/proc/cpuinfo', 'r')
    readSync(file, start)
    closeSync(file)
  } catch {
    return true
  }
  const flags = /^flags\s*:.*$/m.exec(start.toString('latin1'))?.[0]
  return flags === undefined || / avx2( |$)/.test(flags)
}

/** What the environment says. @throws INPUT for a value other than 0 and 1 */
function setting(): '0' | '1' | undefined {
  const value = process.env[variable]
  if (value === undefined || value === '0' || value === '1') return value
  throw inputError(
    `${variable}: is '${value}', wanted 0 (128-bit vectors) or 1 (256-bit pairs on any V8 that has them). Set one of them or unset it.`,
  )
}

/** V8's newest major version that this has been tried on. An experiment of V8's can end the process, which no check afterwards mends. */
const newestTried = 14

/** What keeps this process from the mode, in a few words; undefined for nothing. @throws INPUT as `setting` */
function obstacle(v8Version: string): string | undefined {
  const version = v8Version.split('.', 2).join('.')
  const forced = setting()
  if (!isV8()) return `V8 only, this is ${engineName()}`
  if (process.arch !== 'x64') return `x64 only, this is ${process.arch}`
  if (!revectorizeSupported(v8Version)) return `V8 ${version}, wanted 13.6 or later`
  if (!hasAvx2()) return 'processor without AVX2'
  if (forced === '0') return `${variable}=0`
  return forced === '1' || Number.parseInt(version) <= newestTried
    ? undefined
    : `V8 ${version} is newer than any tried; ${variable}=1 tries it`
}

/**
 * Asks for 256-bit vectors in this process, where V8 has them (13.6 or later on x64; elsewhere this does nothing). Nothing asks by
 * itself but the command. Call it before the first training, loaded model or `tf.setBackend`: what is compiled by then stays 128-bit.
 * The kernels are compiled and checked at that first use; should they compute anything else than the 128-bit ones there, a process
 * warning says so and the 128-bit ones are used. V8's flags are set for the compilation of our kernels alone, some milliseconds.
 * The environment variable EYES_WASM_REVECTORIZE=0 switches it off, and 1 lets it be tried on a V8 beyond 14, which this version does not know.
 * @throws INPUT when EYES_WASM_REVECTORIZE is neither 0 nor 1
 */
export function enableRevectorization(): void {
  isWanted = obstacle(process.versions.v8) === undefined
}

/** Whether the next compilation of the kernels is to be a revectorized one. */
export const revectorizationWanted = (): boolean => isWanted

/** What kernels run with now: 'simd128' until the first use after `enableRevectorization()` has found the mode right. */
export const vectorMode = (): VectorMode => mode

/** Whether kernels use the tile shape for fused pairs (more accumulators than 128-bit code has registers for). Same bits either way. */
export const wideTiles = (): boolean => mode === 'revectorized'

/** Sets what kernels run with: for who compiled them, and for a thread that was handed them. `why` says why not revectorized. */
export function setVectorMode(to: VectorMode, why?: string): void {
  mode = to
  failure = why
}

/** Why vectors are 128-bit ones, in a few words. */
export function whyNotRevectorized(v8Version = process.versions.v8): string {
  return failure ?? obstacle(v8Version) ?? 'not asked for'
}
