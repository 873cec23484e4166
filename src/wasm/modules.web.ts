// modules.ts in a browser: the same modules, fetched from beside the bundle and compiled once in a page; worker threads are handed them.
// Each `new URL('./x.wasm', import.meta.url)` stands written out, because bundlers look for that very form and copy the file.
// Not here: 256-bit pairs (no page can set V8's flags), and the fingerprint of the kernels, which is for checkpoints.
import { inputError } from '../errors.js'
import type { WasmModules } from './modules.js'

let modules: Promise<WasmModules> | undefined

/** (module (func (result v128) i32.const 0 i8x16.splat)): valid where there are 128-bit vectors. */
const vectorModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
)

const cure = "Use a browser of 2023 or later (Chrome 91, Firefox 89, Safari 16.4), or tf.setBackend('cpu')."

/** @throws INPUT where the browser has no WebAssembly, or none with vectors */
function checkBrowser(): void {
  const { WebAssembly: found } = globalThis as { WebAssembly?: typeof WebAssembly }
  if (found === undefined)
    throw inputError(
      `eyes-wasm: this browser has no WebAssembly (or has it switched off), wanted it with SIMD. ${cure}`,
    )
  if (!found.validate(vectorModule))
    throw inputError(`eyes-wasm: the WebAssembly of this browser has no SIMD, wanted 128-bit vectors. ${cure}`)
}

async function compile(url: URL): Promise<WebAssembly.Module> {
  checkBrowser()
  let response: Response
  try {
    response = await fetch(url, { credentials: 'same-origin' })
  } catch (cause) {
    throw missing(url, 'no answer', cause)
  }
  if (!response.ok) throw missing(url, `status ${response.status}`)
  // Compilation while the bytes arrive wants this very type; not every server knows it.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response)
  const bytes = await response.arrayBuffer()
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw missing(url, `${bytes.byteLength} bytes that are no WebAssembly`, cause)
  }
}

const missing = (url: URL, found: string, cause?: unknown) =>
  inputError(
    `eyes-wasm: ${url.href}: found ${found}, wanted the module of this name. Serve dist/web as a whole; with Vite's development server, put 'eyes-wasm' into optimizeDeps.exclude.`,
    cause,
  )

/** The modules of this page or worker: those adopted, or compiled at the first call that succeeds. */
export function compileModules(): Promise<WasmModules> {
  modules ??= Promise.all([
    compile(new URL('./kernels.wasm', import.meta.url)),
    compile(new URL('./tfjs-backend-wasm-simd.wasm', import.meta.url)),
  ]).then(
    ([kernels, tfjs]) => ({ kernels, vectors: 'simd128', tfjs }),
    (error: unknown) => {
      // The network may be back at the next call.
      modules = undefined
      throw error
    },
  )
  return modules
}

/** Uses modules that the page compiled. */
export function adoptModules(compiled: WasmModules): void {
  modules = Promise.resolve(compiled)
}

/** The trainer's own module, whose memory is shared by all threads. */
export function compileSharedModule(): Promise<WebAssembly.Module> {
  return compile(new URL('./shared.wasm', import.meta.url))
}
