// Compiles a module for 256-bit pairs of vectors: the one place that sets flags of V8's. Only where revectorize.ts says that V8 has the mode;
// what comes of it is to be checked before use (../kernels/checked-modules.ts).
import { setFlagsFromString } from 'node:v8'

/** An empty custom section of this name ends the bytes: V8 gives equal bytes the code it has already made of them. */
const sectionName = 'revectorized'

function withSection(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const section = [0, name.length + 1, name.length, ...Buffer.from(name, 'ascii')]
  const marked = new Uint8Array(bytes.length + section.length)
  marked.set(bytes)
  marked.set(section, bytes.length)
  return marked
}

/**
 * Optimise at once and everything: no first version of a function that is replaced later. That leaves V8 without the counts by which it
 * inlines functions, and V8 14 aborts when it looks for them; our hot functions are inlined by the AssemblyScript compiler.
 */
const during = ['--experimental-wasm-revectorize', '--no-wasm-inlining', '--no-liftoff', '--no-wasm-lazy-compilation']
/** Back to V8's defaults. */
const after = ['--wasm-lazy-compilation', '--liftoff', '--wasm-inlining', '--no-experimental-wasm-revectorize']

/**
 * Compiles a module for 256-bit pairs, each function once and optimised: the code that a check runs is the code that runs ever after,
 * in every thread that is handed the module. Synchronous, so that V8's flags, which hold for the whole process, are set for nothing
 * else of this thread. Only where `revectorizeSupported`.
 */
export function compileRevectorized(bytes: Uint8Array): WebAssembly.Module {
  for (const flag of during) setFlagsFromString(flag)
  try {
    return new WebAssembly.Module(withSection(bytes, sectionName))
  } finally {
    for (const flag of after) setFlagsFromString(flag)
  }
}
