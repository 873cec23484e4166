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

type Instantiate = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object

export async function instantiateTfjsWasm(compiled: WebAssembly.Module): Promise<TfjsWasm> {
  let memory: WebAssembly.Memory | undefined
  const instantiateWasm: Instantiate = (imports, done) => {
    const instance = new WebAssembly.Instance(compiled, imports)
    memory = Object.values(instance.exports).find(e => e instanceof WebAssembly.Memory)
    done(instance)
    return instance.exports
  }
  const module = await withoutNewListeners(() => wasmFactory({ instantiateWasm }))
  if (!memory) throw new Error('tfjs-backend-wasm: found no exported memory, wanted that of version 4.22.0')
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
