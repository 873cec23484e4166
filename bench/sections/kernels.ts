// Each layer's convolutions, forward and both gradients, on one thread: checked against bench/reference.ts, warmed, then timed, and the
// direct algorithm beside them where another is used.
import * as tf from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from '../../src/kernels/backend.js'
import { layerSpecs } from '../../src/models/geometry.js'
import type { LayerSpec } from '../../src/models/spec.js'
import { uniforms, streams } from '../../src/random/philox.js'
import { type Algorithm, algorithmOf, nominalFlop, runDirect, runKernel } from '../algorithm.js'
import { useBackend } from '../backend.js'
import type { Context } from '../context.js'
import { sample, warm } from '../measure.js'
import { type KernelName, modelName, type Pass, passesOf } from '../models.js'
import { type Expected, filterGradientValue, forwardValue, type Geometry, inputGradientValue } from '../reference.js'
import type { KernelRow, Timing } from '../results.js'

/** Enough images for a call of some milliseconds, few enough for the cache: what a micro-batch has. */
const images = 4
const checkedValues = 200
/** Least share of the peak on Node 20, one thread, for (3,1,1) layers between 12 and 48 channels, computed directly. */
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
  /** Computes the kernel's result, by its own algorithm or directly, and frees it. */
  readonly call: () => void
  readonly direct: () => void
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
  const run = (by = runKernel) => by(backend, kernel, info, { x, w, dy })
  const [xs, dys, ws] = [x, dy, w].map(t => backend.floats(t).slice()) as [Float32Array, Float32Array, Float32Array]
  const result = () => {
    const output = run()
    const values = backend.floats(output).slice()
    backend.disposeData(output.dataId)
    return values
  }
  return {
    call: () => backend.disposeData(run().dataId),
    direct: () => backend.disposeData(run(runDirect).dataId),
    result,
    expected: {
      Conv2D: (index: number) => forwardValue(g, xs, ws, index),
      Conv2DBackpropInput: (index: number) => inputGradientValue(g, dys, ws, index),
      Conv2DBackpropFilter: (index: number) => filterGradientValue(g, xs, dys, index),
    }[kernel],
  }
}

/** Largest error over values spread through the result, first and last among them, relative to the algorithm's bound. */
function checkResult({ result, expected }: Prepared, algorithm: Algorithm): number {
  const values = result()
  let worst = 0
  for (let k = 0; k < checkedValues; k++) {
    const index = Math.floor((k * (values.length - 1)) / (checkedValues - 1))
    const exact = expected(index)
    const error = Math.abs(values[index]! - exact.value)
    if (Number.isNaN(error)) return Infinity
    worst = Math.max(worst, error === 0 ? 0 : error / algorithm.bound(exact))
  }
  return worst
}

interface Measured {
  readonly algorithm: Algorithm
  readonly error: number
  /** Of the kernel's own algorithm, and of the direct one; null when others' work left no core to measure on. */
  readonly timing: Timing | null
  readonly direct: Timing | null
}

async function measure(backend: EyesWasmBackend, kernel: KernelName, g: Geometry, quick: boolean): Promise<Measured> {
  const algorithm = algorithmOf(kernel, g)
  const prepared = prepare(backend, kernel, g)
  const error = checkResult(prepared, algorithm)
  const time = async (call: () => void, samples: number) => {
    await warm(call, quick ? 90 : 300)
    return sample(call, samples, quick ? 200 : 1000)
  }
  const timing = await time(prepared.call, quick ? 15 : 40)
  const direct = algorithm.name === 'direct' ? timing : await time(prepared.direct, quick ? 5 : 15)
  return { algorithm, error, timing, direct }
}

function wantedOf({ kernel, stride, padding, inChannels, outChannels }: LayerSpec): number | undefined {
  const isListed = kernel === 3 && stride === 1 && padding === 1 && Math.min(inChannels, outChannels) >= 12
  return isListed && Math.max(inChannels, outChannels) <= 48 ? wantedShare : undefined
}

/** Rows for each layer and pass of the models, after the limits; what two layers share is measured once. */
export async function measureKernels({ options, results, progress, save }: Context): Promise<void> {
  if (!results.limits) {
    results.starved.push('kernels: without limits there is no share of them')
    return
  }
  const peak = results.limits.gflops
  const backend = await useBackend()
  const known = new Map<string, Measured>()
  const rows = (results.kernels = [] as KernelRow[])
  for (const spec of options.models) {
    const model = modelName(spec)
    progress(`kernels of ${model}`)
    for (const pass of passesOf(layerSpecs(spec))) {
      const g = geometryOf(pass.layer)
      const key = JSON.stringify([pass.kernel, g])
      tf.engine().startScope()
      const found = known.get(key) ?? (await measure(backend, pass.kernel, g, options.quick))
      tf.engine().endScope()
      known.set(key, found)
      const who = `${model} ${pass.layer.name} ${pass.pass}`
      if (!(found.error <= 1))
        results.failures.push(`${who}: wrong by ${found.error.toPrecision(3)} times what rounding explains`)
      const row = rowOf(model, pass, found, nominalFlop(g), peak)
      if (row) rows.push(row)
      else results.starved.push(`kernels: ${who}`)
    }
    await save()
  }
  for (const { model, layer, pass, shareOfPeak } of rows)
    if (shareOfPeak > 1)
      results.failures.push(`${model} ${layer} ${pass}: ${(100 * shareOfPeak).toFixed(0)} % of the peak is impossible`)
}

function rowOf(
  model: string,
  { layer, pass, kernel }: Pass,
  found: Measured,
  flop: number,
  peak: number,
): KernelRow | null {
  const { algorithm, timing, direct, error } = found
  if (!timing || !direct) return null
  const gflops = algorithm.flop / timing.min / 1e6
  const wanted = algorithm.name === 'direct' ? wantedOf(layer) : undefined
  return {
    model,
    layer: layer.name,
    channels: `${layer.inChannels}→${layer.outChannels}`,
    pass,
    kernel,
    algorithm: algorithm.name,
    images,
    timing,
    gflops,
    shareOfPeak: gflops / peak,
    effectiveGflops: flop / timing.min / 1e6,
    directMilliseconds: direct.min,
    ...(wanted !== undefined && { wanted }),
    error,
  }
}
