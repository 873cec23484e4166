// What it costs that no run is lost: looking for values that are not finite, and the copy by which an update can be taken back, in each
// step; a checkpoint, in each minute. Each is seen to work before it is timed.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { createMemory, regions, slotStride } from '../../src/parallel/memory.js'
import { arithmeticOf } from '../../src/training/arithmetic.js'
import { saveLast, makeCheckpointFolder, loadCheckpoint } from '../../src/training/checkpoint-folder.js'
import { checkpointFile } from '../../src/training/checkpoint.js'
import { resolveOptions } from '../../src/training/options.js'
import { initialState, type Snapshot } from '../../src/training/state.js'
import { compileSharedModule } from '../../src/wasm/modules.js'
import { instantiateShared } from '../../src/wasm/shared.js'
import type { Context } from '../context.js'
import { median, sample, warm } from '../measure.js'
import { batchSize, modelName } from '../models.js'
import { race } from '../peers/contender.js'
import { benchImages, openOwn } from '../peers/own.js'
import type { SafetyRow } from '../results.js'

/** Share of a step that the search for values that are not finite may take. */
const wantedShare = 0.01
/** Milliseconds between two checkpoints by default. */
const minute = 60_000

/** Median milliseconds of a step on one thread, or NaN on a machine that is too busy. */
async function stepMilliseconds(spec: ModelSpec, quick: boolean): Promise<number> {
  const contender = await openOwn(spec, benchImages(), 1)
  try {
    const raced = await race([contender], { leastRuns: quick ? 1 : 3, seconds: quick ? 1 : 5 })
    const { steps, starved } = raced.get(contender)!
    return starved ? NaN : median(steps)
  } finally {
    await contender.close()
  }
}

/** The two searches of a step (micro-batches' gradients, then parameters and second moment), and the copy before its update. */
async function measureStep(spec: ModelSpec, failures: string[]) {
  const size = parameterCount(parameterSpecs(layerSpecs(spec)))
  const { microBatches } = await arithmeticOf(spec, batchSize)
  const layout = { parameterCount: size, exampleCount: batchSize, slotCount: microBatches }
  const memory = createMemory(layout)
  const at = regions(layout)
  const shared = instantiateShared(await compileSharedModule(), memory)
  const slots = Array.from({ length: microBatches }, (_, slot) => at.slots + 4 * slotStride(size) * slot)
  const searched = [...slots, at.parameters, at.secondMoment]
  const search = () => searched.every(values => shared.allFinite(values, size) === 1)
  const bytes = new Uint8Array(memory.buffer)
  const keep = () => bytes.copyWithin(at.kept, at.parameters, at.gradient)

  const last = new Float32Array(memory.buffer, searched.at(-1), size)
  last[size - 1] = NaN
  if (search()) failures.push(`${modelName(spec)}: a NaN at the end of the second moment was not found`)
  keep()
  if (!Number.isNaN(new Float32Array(memory.buffer, at.kept + 4 * 2 * slotStride(size), size)[size - 1]!))
    failures.push(`${modelName(spec)}: the copy before an update lacks the end of the second moment`)
  last[size - 1] = 0
  if (!search()) failures.push(`${modelName(spec)}: zeros were taken for values that are not finite`)
  await warm(search)
  await warm(keep)
  return { search: sample(search, 200), keep: sample(keep, 200) }
}

/** Milliseconds to make a checkpoint and have it on the disk, and its bytes. */
async function measureCheckpoint(spec: ModelSpec, quick: boolean, failures: string[]) {
  const { kind: model, kernel, stride, padding, height, width } = spec
  const { settings } = resolveOptions({ model, kernel, stride, padding })
  const vector = () => new Float32Array(parameterCount(parameterSpecs(layerSpecs(spec)))).fill(0.5)
  const snapshot: Snapshot = {
    state: initialState(),
    ...{ parameters: vector(), firstMoment: vector(), secondMoment: vector() },
  }
  const arithmetic = await arithmeticOf(spec, batchSize)
  const config = { ...settings, height, width }
  const identity = { config, imageCount: batchSize, dataSha256: '0'.repeat(64), initSha256: null, arithmetic }
  const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
  const times: number[] = []
  let size = 0
  try {
    await makeCheckpointFolder(folder)
    for (let i = 0; i < (quick ? 5 : 20); i++) {
      const start = performance.now()
      const file = checkpointFile(identity, snapshot)
      await saveLast(folder, file)
      times.push(performance.now() - start)
      size = file.length
    }
    const { checkpoint } = await loadCheckpoint(folder)
    if (checkpoint.snapshot.parameters.some(value => value !== 0.5))
      failures.push(`${modelName(spec)}: the checkpoint does not hold what was written`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { milliseconds: median(times), size }
}

export async function measureSafety({ options, results, progress, save }: Context): Promise<void> {
  const rows: SafetyRow[] = (results.safety = [])
  for (const spec of options.models) {
    const model = modelName(spec)
    progress(`what safety costs ${model}`)
    const step = await stepMilliseconds(spec, options.quick)
    const { search, keep } = await measureStep(spec, results.failures)
    const checkpoint = await measureCheckpoint(spec, options.quick, results.failures)
    if (!search || !keep || Number.isNaN(step)) {
      results.starved.push(`what safety costs: ${model}`)
      continue
    }
    const ofStep = (milliseconds: number) => ({ milliseconds, share: milliseconds / step })
    rows.push(
      {
        model,
        what: 'search for values that are not finite',
        ...ofStep(search.median),
        of: 'step',
        wanted: wantedShare,
      },
      { model, what: 'copy before the update', ...ofStep(keep.median), of: 'step' },
      {
        ...{ model, what: `checkpoint of ${(checkpoint.size / 1e6).toFixed(1)} MB, on the disk` },
        ...{ milliseconds: checkpoint.milliseconds, share: checkpoint.milliseconds / minute, of: 'minute' },
      },
    )
    await save()
  }
}
