// The one place where the bench turns wider vectors on, as the command does, and asks which ones the kernels run with.
// For now there is one mode.

/** Prepares the kernels in the mode that the command trains with, and answers which it is. */
export function prepareVectors(): Promise<string> {
  return Promise.resolve('simd128')
}

/** Compiles a module of the bench's own in that mode. */
export function compileLikeKernels(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytes)
}
