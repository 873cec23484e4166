// The one place where the bench turns wider vectors on, as the command does, and asks which ones the kernels run with.
import { checkedModules } from '../src/kernels/checked-modules.js'
import { compileRevectorized } from '../src/wasm/compile-revectorized.js'
import { enableRevectorization, vectorMode } from '../src/wasm/revectorize.js'

/** Prepares the kernels in the mode that the command trains with, and answers which it is. Before anything else is compiled. */
export async function prepareVectors(): Promise<string> {
  enableRevectorization()
  await checkedModules()
  return vectorMode()
}

/** Compiles a module of the bench's own in that mode. */
export function compileLikeKernels(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return vectorMode() === 'revectorized' ? Promise.resolve(compileRevectorized(bytes)) : WebAssembly.compile(bytes)
}
