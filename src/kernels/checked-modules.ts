// The modules that everything computes with, in the vector mode of this process. Revectorized kernels are an experiment of V8's: they are
// taken when they have been asked for and compute, bit for bit, what the 128-bit ones do, and given up for those otherwise.
import { adoptModules, compileModules, compileRevectorizedKernels, type WasmModules } from '../wasm/modules.js'
import { revectorizationWanted } from '../wasm/revectorize.js'

let checked: Promise<WasmModules> | undefined

/**
 * The modules of this process, compiled and, where `enableRevectorization()` came first, checked at the first call. In a thread that was
 * handed modules (`adoptModules`): those.
 */
export function checkedModules(): Promise<WasmModules> {
  return (checked ??= revectorizationWanted() ? revectorizedModules() : compileModules())
}

async function revectorizedModules(): Promise<WasmModules> {
  const plain = await compileModules()
  const [kernels, { wrongWhenRevectorized }] = await Promise.all([
    compileRevectorizedKernels(),
    import('./vector-check.js'),
  ])
  const wrong = wrongWhenRevectorized(kernels, plain.kernels)
  const modules: WasmModules = wrong.length === 0 ? { ...plain, kernels, vectors: 'revectorized' } : plain
  adoptModules(modules, wrong.length === 0 ? undefined : `${wrong.join(', ')} wrong as 256-bit pairs`)
  if (wrong.length > 0) warn(wrong)
  return modules
}

function warn(wrong: readonly string[]): void {
  process.emitWarning(
    `eyes-wasm: ${wrong.join(', ')} compute something else as 256-bit pairs than with 128-bit vectors (V8 ${process.versions.v8}). ` +
      `Going on with 128-bit vectors, which are right. EYES_WASM_REVECTORIZE=0 keeps them; please report this line.`,
  )
}
