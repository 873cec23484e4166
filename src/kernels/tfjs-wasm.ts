// Brings up tfjs-backend-wasm's Emscripten module from a compiled WebAssembly.Module. tfjs's own init() cannot take one, hides its
// memory on cross-origin-isolated pages (threaded build) and fetches by URL; this does what its backend_wasm.js does after that.
// Relies on internals of 4.22.0, which package.json pins; test/kernels/backend.test.ts holds them.
import wasmFactory from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js'
import type { BackendWasmModule } from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js'
import { withoutNewListeners } from './process-listeners.js'

export interface TfjsWasm {
  readonly module: BackendWasmModule
  readonly memory: WebAssembly.Memory
}

/** Emscripten's sbrk takes a signed size: a block of 2 GiB or more, with what the allocator adds, would shrink the heap, and come back as if it were there. */
const largestBlock = 2 ** 31 - 2 ** 17

/** A `malloc` that throws where Emscripten's answers 0: tfjs would take that for an address, and all such tensors would share it. */
const checked = (malloc: (bytes: number) => number) => (bytes: number) => {
  const block = bytes < largestBlock ? malloc(bytes) >>> 0 : 0
  if (block !== 0) return block
  throw new RangeError(
    `eyes-wasm backend: no memory left for ${bytes} bytes, wanted less than 2 GiB at once and 4 GiB in all. Dispose of tensors (tf.tidy, tf.dispose; tf.memory() counts them), or take smaller batches.`,
  )
}

type Instantiate = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object

export async function instantiateTfjsWasm(compiled: WebAssembly.Module): Promise<TfjsWasm> {
  let exports: WebAssembly.Exports = {}
  const instantiateWasm: Instantiate = (imports, done) => {
    const instance = new WebAssembly.Instance(compiled, imports)
    exports = instance.exports
    done(instance)
    return exports
  }
  const module = await withoutNewListeners(() => wasmFactory({ instantiateWasm }))
  const memory = Object.values(exports).find(e => e instanceof WebAssembly.Memory)
  const { malloc } = exports
  if (!memory || typeof malloc !== 'function')
    throw new Error('tfjs-backend-wasm: found no exported memory or malloc, wanted those of version 4.22.0')
  module._malloc = checked(malloc as (bytes: number) => number)
  // Emscripten's own typing of cwrap is `any`.
  const wrap = (name: string, result: 'number' | null, inputs: 'number'[]) =>
    module.cwrap(name, result, inputs) as never
  module.tfjs = {
    init: wrap('init', null, []),
    initWithThreadsCount: wrap('init_with_threads_count', null, ['number']),
    getThreadsCount: wrap('get_threads_count', 'number', []),
    registerTensor: wrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: wrap('dispose_data', null, ['number']),
    dispose: wrap('dispose', null, []),
  }
  return { module, memory }
}
