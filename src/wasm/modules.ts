// The three WASM modules, each compiled once in a process; worker threads are handed the compiled modules.
// Not here: instantiation (kernels.ts, shared.ts, ../kernels/tfjs-wasm.ts), and the choice of vector mode (../kernels/checked-modules.ts).
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { assetUrl } from '../assets.js'
import { compileRevectorized } from './compile-revectorized.js'
import { setVectorMode, type VectorMode } from './revectorize.js'

/** Compiled modules, ready to be posted to a thread. */
export interface WasmModules {
  /** Our kernels; import tfjs's memory. */
  readonly kernels: WebAssembly.Module
  /** How they were compiled. */
  readonly vectors: VectorMode
  /** tfjs-backend-wasm's SIMD build, single-threaded: its memory is the one that holds every tensor. */
  readonly tfjs: WebAssembly.Module
}

let modules: Promise<WasmModules> | undefined

const files = { kernels: 'kernels.wasm', tfjs: 'tfjs-backend-wasm-simd.wasm', shared: 'shared.wasm' } as const

const bytesOf = (file: string) => readFile(assetUrl(file))

async function compile(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await bytesOf(file))
}

/** The modules of this process: those adopted, or 128-bit ones, compiled at the first call. */
export function compileModules(): Promise<WasmModules> {
  modules ??= Promise.all([compile(files.kernels), compile(files.tfjs)]).then(([kernels, tfjs]) => ({
    kernels,
    vectors: 'simd128',
    tfjs,
  }))
  return modules
}

/** Uses modules that another thread, or the vector mode's check, compiled; `why` says why they are 128-bit ones. */
export function adoptModules(compiled: WasmModules, why?: string): void {
  modules = Promise.resolve(compiled)
  setVectorMode(compiled.vectors, why)
}

/** Our kernels for 256-bit pairs, unchecked. */
export async function compileRevectorizedKernels(): Promise<WebAssembly.Module> {
  return compileRevectorized(await bytesOf(files.kernels))
}

/** The trainer's own module, whose memory is shared by all threads. */
export function compileSharedModule(): Promise<WebAssembly.Module> {
  return compile(files.shared)
}

/** SHA-256, hexadecimal, of all the code that computes weights: one that is equal computes the same bits. */
export async function kernelsSha256(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of Object.values(files)) {
    const bytes = await bytesOf(file)
    hash.update(`${file} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
