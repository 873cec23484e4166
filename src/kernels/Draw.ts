// Draws a tensor [H, W], [H, W, 1], [H, W, 3] or [H, W, 4] on a canvas: tf.browser.draw. In JavaScript, where canvases are: browsers.
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core'
import { kernel, type KernelCall } from './backend.js'

interface DrawAttrs {
  canvas: HTMLCanvasElement
  options?: {
    contextOptions?: { contextType?: string; contextAttributes?: CanvasRenderingContext2DSettings }
    imageOptions?: { alpha?: number }
  }
}

/** RGBA bytes of an image: float32 in [0, 1], or int32 in [0, 255]. @throws Error on a value beyond */
export function imageBytes(values: ArrayLike<number>, channels: number, dtype: string, alpha: number) {
  const highest = dtype === 'float32' ? 1 : 255
  const pixels = values.length / channels
  const bytes = new Uint8ClampedArray(4 * pixels)
  bytes.fill(Math.round(255 * alpha))
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= 0 && value <= highest))
      throw new Error(`Draw: found the value ${value}, wanted ${dtype} pixels in [0, ${highest}]`)
    const at = 4 * Math.floor(i / channels) + (i % channels)
    bytes[at] = Math.round(highest === 1 ? 255 * value : value)
    if (channels === 1) bytes[at + 1] = bytes[at + 2] = bytes[at]
  }
  return bytes
}

function draw({ inputs: { image }, attrs: { canvas, options }, backend }: KernelCall<'image', DrawAttrs>): TensorInfo {
  const { contextType = '2d', contextAttributes = {} } = options?.contextOptions ?? {}
  if (contextType !== '2d') throw new Error(`Draw: found context type '${contextType}', wanted '2d' on eyes-wasm`)
  const context = canvas.getContext('2d', contextAttributes)
  if (!context) throw new Error('Draw: the canvas has no 2d context; it is in use with another type')
  const [height, width, channels = 1] = image.shape as [number, number, number?]
  const bytes = imageBytes(backend.typedArrayFromHeap(image), channels, image.dtype, options?.imageOptions?.alpha ?? 1)
  canvas.width = width
  canvas.height = height
  context.putImageData(new ImageData(bytes, width, height), 0, 0)
  // A tensor of its own, so that the image outlives it.
  backend.incRef(image.dataId)
  return { ...image }
}

export const drawConfig: KernelConfig = kernel('Draw', draw)
