// Memory of a reader, counted where it is asked for: exact, and without a say of the garbage collector's.
// Not counted: what the engine takes for strings and objects, and what WebAssembly takes.

const counted = [
  'Uint8Array',
  'Float32Array',
  'Float64Array',
  'Int32Array',
  'ArrayBuffer',
  'SharedArrayBuffer',
] as const

/** Runs `work` with typed arrays that count the bytes they are made with. Views of memory that is there already count nothing. */
export async function countBytes(work: () => unknown): Promise<number> {
  let bytes = 0
  const globals = globalThis as unknown as Record<string, new (...args: unknown[]) => object>
  const originals = counted.map(name => globals[name]!)
  originals.forEach((original, i) => {
    const width = (original as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1
    globals[counted[i]!] = new Proxy(original, {
      construct(constructor, args: unknown[]) {
        if (typeof args[0] === 'number') bytes += args[0] * width
        return new constructor(...args)
      },
    })
  })
  try {
    await work()
  } finally {
    originals.forEach((original, i) => (globals[counted[i]!] = original))
  }
  return bytes
}
