// Each layer's convolutions, forward and both gradients, on one thread: checked against bench/reference.ts, warmed, then timed.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../../src/kernels/backend.js'
import { convolve } from '../../src/kernels/Conv2D.js'
import { filterGradient } from '../../src/kernels/Conv2DBackpropFilter.js'
import { convolveTransposed } from '../../src/kernels/Conv2DBackpropInput.js'
import { layerSpecs } from '../../src/models/geometry.js'
import type { LayerSpec, ModelSpec } from '../../src/models/spec.js'
import { uniforms, streams } from '../../src/random/philox.js'
import { useBackend } from '../backend.js'
import { sample, warm } from '../measure.js'
import { type KernelName, modelName, type Pass, passesOf } from '../models.js'
import { type Expected, filterGradientValue, forwardValue, type Geometry, inputGradientValue } from '../reference.js'
import type { KernelRow, Timing } from '../results.js'

/** Enough images for a call of some milliseconds, few enough for the cache: what a micro-batch has. */
const images = 4
const checkedValues = 200
/** Half a unit in the last place of float32, relative. */
const rounding = 2 ** -24
/** Least share of the peak on Node 20, one thread, for (3,1,1) layers between 12 and 48 channels. */
const wantedShare = 0.7

/** The forward convolution of the layer, or that whose input gradient a transposed layer is. */
function geometryOf({ kind, kernel, stride, padding, ...layer }: LayerSpec): Geometry {
  const transposed = kind === 'ConvTranspose2d'
  const [[inHeight, inWidth], [outHeight, outWidth]] = transposed
    ? [layer.outputSize, layer.inputSize]
    : [layer.inputSize, layer.outputSize]
  const [inChannels, outChannels] = transposed
    ? [layer.outChannels, layer.inChannels]
    : [layer.inChannels, layer.outChannels]
  const sizes = { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels }
  return { batch: images, ...sizes, kernel, stride, padding }
}

interface Prepared {
  /** Computes the kernel's result and frees it. */
  readonly call: () => void
  /** The same, returned. */
  readonly result: () => Float32Array
  readonly expected: (index: number) => Expected
}

function prepare(backend: EyesWasmBackend, kernel: KernelName, g: Geometry): Prepared {
  const random = (shape: [number, number, number, number], index: number) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    uniforms(1, streams.init, index, values)
    return tf.tensor4d(
      values.map(v => 2 * v - 1),
      shape,
    )
  }
  const x = random([g.batch, g.inHeight, g.inWidth, g.inChannels], 0)
  const dy = random([g.batch, g.outHeight, g.outWidth, g.outChannels], 1)
  const w = random([g.kernel, g.kernel, g.inChannels, g.outChannels], 2)
  const info = tf.backend_util.computeConv2DInfo(x.shape, w.shape, g.stride, 1, g.padding, 'floor')
  const run = {
    Conv2D: () => convolve(backend, info, x, w, undefined, 'linear'),
    Conv2DBackpropInput: () => convolveTransposed(backend, info, dy, w, undefined, 'linear'),
    Conv2DBackpropFilter: () => filterGradient(backend, info, x, dy),
  }[kernel]
  const [xs, dys, ws] = [x, dy, w].map(t => backend.floats(t).slice()) as [Float32Array, Float32Array, Float32Array]
  const result = () => {
    const output = run()
    const values = backend.floats(output).slice()
    backend.disposeData(output.dataId)
    return values
  }
  return {
    call: () => backend.disposeData(run().dataId),
    result,
    expected: {
      Conv2D: (index: number) => forwardValue(g, xs, ws, index),
      Conv2DBackpropInput: (index: number) => inputGradientValue(g, dys, ws, index),
      Conv2DBackpropFilter: (index: number) => filterGradientValue(g, xs, dys, index),
    }[kernel],
  }
}

/** Largest error over values spread through the result, first and last among them, relative to the rounding of a plain sum. */
function checkResult({ result, expected }: Prepared): number {
  const values = result()
  let worst = 0
  for (let k = 0; k < checkedValues; k++) {
    const index = Math.floor((k * (values.length - 1)) / (checkedValues - 1))
    const { value, terms, magnitude } = expected(index)
    const bound = (terms + 1) * rounding * magnitude
    const error = Math.abs(values[index]! - value)
    worst = Math.max(worst, error === 0 ? 0 : error / bound)
    if (Number.isNaN(error)) return Infinity
  }
  return worst
}

const flopOf = (g: Geometry) =>
  2 * g.batch * g.outHeight * g.outWidth * g.outChannels * g.inChannels * g.kernel * g.kernel

interface Measured {
  readonly timing: Timing
  readonly error: number
}

async function measure(backend: EyesWasmBackend, kernel: KernelName, g: Geometry, quick: boolean): Promise<Measured> {
  const prepared = prepare(backend, kernel, g)
  const error = checkResult(prepared)
  await warm(prepared.call, quick ? 90 : 300)
  return { timing: sample(prepared.call, quick ? 15 : 40), error }
}

function wantedOf({ kernel, stride, padding, inChannels, outChannels }: LayerSpec): number | undefined {
  const isListed = kernel === 3 && stride === 1 && padding === 1 && Math.min(inChannels, outChannels) >= 12
  return isListed && Math.max(inChannels, outChannels) <= 48 ? wantedShare : undefined
}

/** Rows for each layer and pass of the models; what two layers share is measured once. `peak` in GFLOP/s. */
export async function measureKernels(
  specs: readonly ModelSpec[],
  peak: number,
  quick: boolean,
  failures: string[],
): Promise<KernelRow[]> {
  const backend = await useBackend()
  const known = new Map<string, Measured>()
  const rows: KernelRow[] = []
  for (const spec of specs)
    for (const pass of passesOf(layerSpecs(spec))) {
      const g = geometryOf(pass.layer)
      const key = JSON.stringify([pass.kernel, g])
      tf.engine().startScope()
      const found = known.get(key) ?? (await measure(backend, pass.kernel, g, quick))
      tf.engine().endScope()
      known.set(key, found)
      rows.push(rowOf(modelName(spec), pass, found, flopOf(g), peak))
    }
  for (const { model, layer, pass, error, shareOfPeak } of rows) {
    const who = `${model} ${layer} ${pass}`
    if (!(error <= 1)) failures.push(`${who}: wrong by ${error.toPrecision(3)} times what rounding explains`)
    if (shareOfPeak > 1) failures.push(`${who}: ${(100 * shareOfPeak).toFixed(0)} % of the peak is impossible`)
  }
  return rows
}

function rowOf(model: string, { layer, pass, kernel }: Pass, found: Measured, flop: number, peak: number): KernelRow {
  const gflops = flop / found.timing.min / 1e6
  const wanted = wantedOf(layer)
  return {
    model,
    layer: layer.name,
    channels: `${layer.inChannels}→${layer.outChannels}`,
    pass,
    kernel,
    algorithm: 'direct',
    images,
    timing: found.timing,
    gflops,
    shareOfPeak: gflops / peak,
    ...(wanted !== undefined && { wanted }),
    error: found.error,
  }
}
