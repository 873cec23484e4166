// A trained model as a file for other programs, and the proof that it computes the same: written, read back from the disk, run on some
// images, compared with our own reconstructions; removed when it differs. The formats are formats/; printing is cli/.
import { rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { BadImagePolicy, DataHooks } from '../data/dataset.js'
import { loadDataset } from '../data/load.js'
import { EyesWasmError, inputError } from '../errors.js'
import { outputNames, valueNames } from '../formats/export-graph.js'
import { onnxModel } from '../formats/onnx.js'
import { readWeightsFile, weightsFile } from '../formats/pytorch.js'
import { graphModel, graphModelFiles } from '../formats/tfjs-graph.js'
import { layerSpecs } from '../models/geometry.js'
import type { ModelKind, ModelSpec } from '../models/spec.js'
import { openModel, type ModelSource } from '../training/apply.js'
import { load } from '../training/load.js'
import { resolveOptions, type OptionNamer } from '../training/options.js'
import type { TrainedModel } from '../training/session.js'
import { checkVacant, makeFolder, writeFileWhole } from '../training/storage.js'
import { version } from '../version.js'
import { findOnnxRuntime } from './onnx-runtime.js'

export const exportFormats = ['onnx', 'tfjs', 'safetensors'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface ExportOptions extends Omit<ModelSource, 'model'> {
  /** Run folder or weights file. */
  readonly model: string
  readonly format: string
  /** File (onnx, safetensors) or folder (tfjs) to make; by default named after the model, in the working folder. */
  readonly out?: string | undefined
  /** Images that the check uses; left out: generated eyes. */
  readonly data?: string | undefined
  /** A folder's image that cannot be used: `fail` (default), or `skip` it. */
  readonly onBadImage?: BadImagePolicy | undefined
  /** How many of them, the first ones; 8 by default. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ExportHooks extends DataHooks {
  readonly name?: OptionNamer
  readonly onCheck?: () => void
  /** Something that is not as it should be, but was got over: a sentence. */
  readonly onNotice?: (text: string) => void
}

/** How far the exported model's outputs are from ours, over some images. */
export interface ExportCheck {
  /** What ran the file. */
  readonly by: string
  readonly images: number
  /**
   * Largest difference by output: of `reconstructions` on [0, 1]; of latents as a share of the largest value (or of 1, if that is
   * larger).
   */
  readonly differences: Readonly<Record<string, number>>
  /** The most that rounding explains, for each of them. */
  readonly allowed: number
}

export interface ExportReport {
  readonly format: ExportFormat
  readonly model: ModelKind
  readonly kernel: number
  readonly stride: number
  readonly padding: number
  readonly out: string
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  /** null: not checked, for the reason given. */
  readonly check: ExportCheck | null
  readonly notChecked?: string
}

type Outputs = ReadonlyMap<string, Float32Array>
type Shape = readonly [number, number, number, number]

/** Images for the check, and what we make of them. */
interface Sample {
  /** [count, H, W, 3], 0 to 1. */
  readonly images: Float32Array
  readonly shape: Shape
  readonly expected: Outputs
}

interface Target {
  readonly format: ExportFormat
  /** File or folder. */
  readonly out: string
}

function formatOf(text: string, name: OptionNamer): ExportFormat {
  const format = exportFormats.find(known => known === text)
  if (format !== undefined) return format
  const wanted = `${exportFormats.slice(0, -1).join(', ')} or ${exportFormats.at(-1)!}`
  throw inputError(`${name('format')}: found '${text}', wanted ${wanted}. For example ${name('format')} onnx.`)
}

/** `runs/vae` -> vae.onnx, vae-tfjs, vae.safetensors, in the working folder. */
function defaultOut(model: string, format: ExportFormat): string {
  const path = resolve(model)
  const stem = extname(path).toLowerCase() === '.safetensors' ? basename(path, extname(path)) : basename(path)
  return format === 'tfjs' ? `${stem}-tfjs` : `${stem}.${format}`
}

async function chooseTarget({ model, format: text, out: wanted }: ExportOptions, name: OptionNamer): Promise<Target> {
  const format = formatOf(text, name)
  const out = wanted ?? defaultOut(model, format)
  if (format === 'tfjs') await checkVacant(out, name('out'))
  else if (await stat(out).catch(() => null))
    throw inputError(
      `${name('out')}: ${out} exists already, wanted the name of a new file. Choose another name or remove it.`,
    )
  return { format, out }
}

async function writeTarget({ format, out }: Target, model: TrainedModel): Promise<string[]> {
  if (format === 'tfjs') {
    const { json, weights } = graphModel(model, version)
    await makeFolder(out)
    const paths = [join(out, graphModelFiles.weights), join(out, graphModelFiles.model)]
    await writeFileWhole(paths[0]!, weights)
    await writeFileWhole(paths[1]!, json)
    return paths
  }
  await makeFolder(dirname(out))
  await writeFileWhole(out, format === 'onnx' ? onnxModel(model, version) : weightsFile(model, version))
  return [out]
}

async function removeTarget({ format, out }: Target): Promise<void> {
  const paths = format === 'tfjs' ? Object.values(graphModelFiles).map(file => join(out, file)) : [out]
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined)
  if (format === 'tfjs') await rmdir(out).catch(() => undefined)
}

/** Reconstructions and latents as our own kernels compute them; a VAE decodes its mean. */
async function ourOutputs(model: TrainedModel, images: Float32Array): Promise<Outputs> {
  const loaded = await load(model)
  try {
    const { mean, logVariance } = await loaded.encode(images)
    const values = [await loaded.decode(mean), mean, ...(logVariance ? [logVariance] : [])]
    return new Map(outputNames(model.spec.kind).map((name, i) => [name, values[i]!]))
  } finally {
    await loaded.close()
  }
}

async function takeSample(model: TrainedModel, options: ExportOptions, hooks: ExportHooks): Promise<Sample> {
  const { data, signal } = options
  const { limit, onBadImage } = resolveOptions(
    { limit: options.limit ?? 8, onBadImage: options.onBadImage },
    hooks.name,
  ).settings
  const { height, width } = model.spec
  const { count, pixels } = await loadDataset(data ?? null, {
    count: limit!,
    size: { height, width },
    onBadImage,
    onProgress: hooks.onData,
    onSkip: hooks.onSkip,
    signal,
  })
  const images = pixels instanceof Float32Array ? pixels : Float32Array.from(pixels, byte => byte / 255)
  return { images, shape: [count, height, width, 3], expected: await ourOutputs(model, images) }
}

/**
 * What rounding explains: sums of n products in another order differ by about sqrt(n) halves of a unit in the last place (2^-24) of a
 * term; the layers' add up, and the factor 8 is for terms that are larger than their sum. 3.6e-5 for the AE (3, 1, 1), where a trained
 * model's is some 1e-7 and one wrong padding's 1e-2.
 */
export function allowedDifference(spec: ModelSpec): number {
  const sums = layerSpecs(spec).map(({ inChannels, kernel }) => Math.sqrt(inChannels * kernel * kernel))
  return (8 * sums.reduce((sum, value) => sum + value, 0)) / 2 ** 24
}

/** Largest difference, as a share of the largest value expected, or of 1; NaN when there is one or a value is missing. */
function largestDifference(found: Float32Array | undefined, expected: Float32Array): number {
  if (found?.length !== expected.length) return NaN
  let largest = 0
  let scale = 1
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!)
    if (!(difference <= largest)) largest = difference
    if (Number.isNaN(largest)) return NaN
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return largest / scale
}

interface Runner {
  readonly by: string
  run(sample: Sample): Promise<Outputs>
}

/** Who runs the file, or null where nobody can. */
async function findRunner({ format, out }: Target): Promise<Runner | null> {
  if (format === 'onnx') {
    const runtime = await findOnnxRuntime(process.cwd())
    return runtime && { by: `onnxruntime-web ${runtime.version}`.trim(), run: s => runtime.run(out, s.images, s.shape) }
  }
  if (format === 'tfjs') {
    const { runGraphModel } = await import('./graph-model.js')
    return { by: 'the graph model read back', run: s => runGraphModel(out, s.images, s.shape) }
  }
  return { by: 'the weights read back', run: async s => ourOutputs(await readWeightsFile(out), s.images) }
}

async function checkTarget(target: Target, model: TrainedModel, sample: Sample): Promise<ExportCheck | null> {
  const runner = await findRunner(target)
  if (runner === null) return null
  const found = await runner.run(sample).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${target.out}: ${runner.by} refused it (${reason}). It was removed`, { cause })
  })
  const allowed = allowedDifference(model.spec)
  const differences: Record<string, number> = {}
  for (const [name, expected] of sample.expected) differences[name] = largestDifference(found.get(name), expected)
  for (const [name, difference] of Object.entries(differences)) {
    if (difference <= allowed) continue
    throw new Error(
      `${target.out}: ${name} by ${runner.by} differ from ours by ${difference}, at most ${allowed} is rounding. It was removed`,
    )
  }
  return { by: runner.by, images: sample.shape[0], differences, allowed }
}

const stopIfAborted = (signal: AbortSignal | undefined) => {
  if (signal?.aborted)
    throw new EyesWasmError('ABORTED', 'export: stopped. Nothing was kept.', { cause: signal.reason })
}

/**
 * Writes a model in another format and checks the file. Nothing is overwritten, and nothing is left when this throws.
 * @throws INPUT for options, weights or images that do not fit; STORAGE; ABORTED; Error when the exported model computes something else
 */
export async function exportModel(options: ExportOptions, hooks: ExportHooks = {}): Promise<ExportReport> {
  const name = hooks.name ?? ((key: string) => key)
  const { model, kernel, stride, padding, heads, size, signal } = options
  const target = await chooseTarget(options, name)
  const opened = await openModel({ model, kernel, stride, padding, heads, size }, name, hooks.onNotice)
  const sample = await takeSample(opened.model, options, hooks)
  stopIfAborted(signal)
  try {
    const paths = await writeTarget(target, opened.model)
    hooks.onCheck?.()
    const check = await checkTarget(target, opened.model, sample)
    stopIfAborted(signal)
    const { kind, ...geometry } = opened.model.spec
    return {
      format: target.format,
      model: kind,
      kernel: geometry.kernel,
      stride: geometry.stride,
      padding: geometry.padding,
      out: relative('', target.out) || target.out,
      files: await Promise.all(paths.map(async path => ({ path, bytes: (await stat(path)).size }))),
      check,
      ...(check === null && { notChecked: 'onnxruntime-web is not installed here' }),
    }
  } catch (error) {
    await removeTarget(target)
    throw error
  }
}

/** The number people ask for: of the reconstructed pixels, on [0, 1]. */
export const pixelDifference = ({ differences }: ExportCheck) => differences[valueNames.reconstructions]!
