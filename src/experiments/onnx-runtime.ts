// Runs an exported ONNX file in onnxruntime-web, where the user's project has it: the package is sought from the working folder and is
// no dependency of ours (148 MB). Layout is turned from our NHWC to the file's NCHW and back.
import type * as Ort from 'onnxruntime-web'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The runtime, ready to compute. */
export interface OnnxRuntime {
  readonly version: string
  /** Outputs by name, NHWC, of images [count, H, W, 3], 0 to 1. Rejects when the runtime refuses the file. */
  run(
    file: string,
    images: Float32Array,
    shape: readonly [number, number, number, number],
  ): Promise<Map<string, Float32Array>>
}

/** [outer, rows, columns] to [outer, columns, rows]. */
function transpose(values: Float32Array, outer: number, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let n = 0; n < outer; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        turned[(n * columns + column) * rows + row] = values[(n * rows + row) * columns + column]!
  return turned
}

async function runFile(
  ort: typeof Ort,
  file: string,
  images: Float32Array,
  [count, height, width, channels]: readonly [number, number, number, number],
) {
  const session = await ort.InferenceSession.create(new Uint8Array(await readFile(file)))
  try {
    const pixels = transpose(images, count, height * width, channels)
    const input = new ort.Tensor('float32', pixels, [count, channels, height, width])
    const results = await session.run({ [session.inputNames[0]!]: input })
    const outputs = new Map<string, Float32Array>()
    for (const [name, { dims, data }] of Object.entries(results)) {
      const [n, depth, rows, columns] = dims as [number, number, number, number]
      outputs.set(name, transpose(data as Float32Array, n, depth, rows * columns))
    }
    return outputs
  } finally {
    await session.release()
  }
}

/** The runtime of the project that `folder` belongs to, or null where it has none that can be loaded. */
export async function findOnnxRuntime(folder: string): Promise<OnnxRuntime | null> {
  try {
    const path = createRequire(join(folder, 'package.json')).resolve('onnxruntime-web')
    const loaded = (await import(pathToFileURL(path).href)) as typeof Ort & { default?: typeof Ort }
    const ort = loaded.default ?? loaded
    // Threads of its own would outlive the check.
    ort.env.wasm.numThreads = 1
    return {
      version: ort.env.versions.web ?? '',
      run: (file, images, shape) => runFile(ort, file, images, shape),
    }
  } catch {
    return null
  }
}
