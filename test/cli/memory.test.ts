// The command's peak memory, measured as the benchmark does, in a process of its own: within the promise for the largest model, and
// growing neither with the data set, beyond its pixels, nor with time.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandPeak, modelFlags, wantedMiB } from '../../bench/sections/memory.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { tapeImages, trainingFlop } from '../../src/imaging/cost.js'
import { microBatchCount, microBatchRange } from '../../src/parallel/micro-batches.js'
import { emptyFolder, runCommand } from './command.js'

const picture = { height: 50, width: 50 }
/** The report's model with the most parameters and the most values an image. */
const largest: ModelSpec = { kind: 'vae', kernel: 9, stride: 1, padding: 4, ...picture }
const strided: ModelSpec = { kind: 'ae', kernel: 4, stride: 2, padding: 2, ...picture }

/** What memory depends on: waiting gradients, and images on the tape. */
function held(spec: ModelSpec, batch: number) {
  const layers = layerSpecs(spec)
  const slots = microBatchCount(batch, trainingFlop(layers), parameterCount(parameterSpecs(layers)))
  const [from, to] = microBatchRange(batch, slots, 0)
  const most = tapeImages(layers)
  return { slots, tape: Math.ceil((to - from) / Math.ceil((to - from) / most)) }
}

describe('peak memory', () => {
  let place: Awaited<ReturnType<typeof emptyFolder>>
  beforeAll(async () => {
    place = await emptyFolder()
  })
  afterAll(() => place.remove())
  const train = (spec: ModelSpec, out: string, ...more: string[]) =>
    commandPeak(['train', ...modelFlags(spec), ...more, '--out', join(place.folder, out)])

  it('of the largest model on two threads is within 350 MiB and 150 a thread', async () => {
    // A quarter of the report's batch holds as much at a time, in a quarter of the time.
    expect(held(largest, 42)).toEqual(held(largest, 164))
    const peak = await train(largest, 'largest', '--epochs', '1', '--limit', '42', '--batch', '42', '--threads', '2')
    expect(peak).toBeGreaterThan(100)
    expect(peak).toBeLessThan(wantedMiB(2))
  }, 180_000)

  it('grows by a larger data set’s pixels, and not with the number of steps', async () => {
    const [few, many] = [164, 3280]
    const peaks: number[] = []
    for (const count of [few, many]) {
      const data = join(place.folder, `${count}`)
      const made = await runCommand(['data', 'make', '--count', `${count}`, '--out', data], { folder: place.folder })
      expect(made.code).toBe(0)
      // As many steps on both.
      const epochs = `${many / count}`
      peaks.push(await train(strided, `${count}-run`, '--data', data, '--epochs', epochs, '--threads', '1'))
    }
    const once = await train(strided, 'once', '--data', join(place.folder, `${few}`), '--epochs', '1', '--threads', '1')
    // Room for when the garbage collectors of two threads happen to run; a float32 copy of the pixels would be 89 MiB, what a step's
    // tensors hold about 25.
    const room = 24
    const pixels = ((many - few) * 7500) / 2 ** 20
    expect(peaks[1]! - peaks[0]!).toBeLessThan(pixels + room)
    expect(peaks[0]! - once).toBeLessThan(room)
  }, 120_000)
})
