// Compares every kernel with the plain reference on this machine, after its code has been warmed up (what runs first is not what runs
// later: V8 compiles hot WebAssembly a second time). For `eyes-wasm doctor`.

/** One kernel: the largest difference found, and the largest that rounding explains. */
export interface KernelCheck {
  readonly kernel: string
  readonly maxError: number
  readonly bound: number
}

/** Runs the comparison in this thread; takes about a second. */
export function selfCheck(): Promise<KernelCheck[]> {
  return Promise.reject(new Error('no kernels to check yet'))
}
