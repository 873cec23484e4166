// The three WASM modules, each compiled once in a process; worker threads are handed the compiled modules.
// Not here: instantiation (kernels.ts, shared.ts, ../kernels/tfjs-wasm.ts).
import { readFile } from 'node:fs/promises'
import { assetUrl } from '../assets.js'

/** Compiled modules, ready to be posted to a thread. */
export interface WasmModules {
  /** Our kernels; import tfjs's memory. */
  readonly kernels: WebAssembly.Module
  /** tfjs-backend-wasm's SIMD build, single-threaded: its memory is the one that holds every tensor. */
  readonly tfjs: WebAssembly.Module
}

let modules: Promise<WasmModules> | undefined

async function compile(file: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(assetUrl(file)))
}

/** The modules of this process, compiled at the first call. */
export function compileModules(): Promise<WasmModules> {
  modules ??= Promise.all([compile('kernels.wasm'), compile('tfjs-backend-wasm-simd.wasm')]).then(
    ([kernels, tfjs]) => ({
      kernels,
      tfjs,
    }),
  )
  return modules
}

/** Uses modules that another thread compiled. */
export function adoptModules(compiled: WasmModules): void {
  modules = Promise.resolve(compiled)
}

/** The trainer's own module, whose memory is shared by all threads. */
export function compileSharedModule(): Promise<WebAssembly.Module> {
  return compile('shared.wasm')
}
