// Where a training step of other people's models goes, kernel by kernel as tfjs calls them, on one backend and one thread.
// Not part of `npm run bench`. Usage, after it was built: node build/bench/profile-kernels.js [MODELS] [BACKEND] [SECONDS] [IMAGES]
import * as tf from '@tensorflow/tfjs'
import { type OtherName, otherModels, otherNames } from './other-models.js'
import { type Backend, openRunner } from './peers/tf-runner.js'
import { milliseconds, percent, table } from './table.js'

/** Calls of a kernel in one step, and the milliseconds spent in it and not in kernels that it calls. */
interface Spent {
  calls: number
  time: number
}

/** Replaces every kernel of the backend by a timed one; `take` answers what was spent since the last call. */
function timeKernels(backend: Backend): () => Map<string, Spent> {
  const spent = new Map<string, Spent>()
  let inner = 0 // milliseconds in kernels that the running one called
  for (const config of tf.getKernelsForBackend(backend)) {
    const { kernelName, kernelFunc } = config
    tf.unregisterKernel(kernelName, backend)
    tf.registerKernel({
      ...config,
      kernelFunc(call) {
        const outer = inner
        inner = 0
        const from = performance.now()
        const result = kernelFunc(call)
        const time = performance.now() - from
        const entry = spent.get(kernelName) ?? { calls: 0, time: 0 }
        spent.set(kernelName, { calls: entry.calls + 1, time: entry.time + time - inner })
        inner = outer + time
        return result
      },
    })
  }
  return () => {
    const taken = new Map(spent)
    spent.clear()
    return taken
  }
}

const outside = 'outside the kernels'

interface Row extends Spent {
  readonly name: string
}

/** The least time of each kernel over the steps of some seconds, and of what lies outside them; the longest first. */
function profile(step: () => void, take: () => Map<string, Spent>, seconds: number): Row[] {
  const least = new Map<string, Spent>()
  const note = (name: string, found: Spent) => {
    if (found.time < (least.get(name)?.time ?? Infinity)) least.set(name, found)
  }
  for (let i = 0; i < 3; i++) step()
  const end = performance.now() + 1000 * seconds
  for (let steps = 0; steps < 3 || performance.now() < end; steps++) {
    take()
    const from = performance.now()
    step()
    const total = performance.now() - from
    const taken = take()
    for (const [name, found] of taken) note(name, found)
    const inside = [...taken.values()].reduce((sum, { time }) => sum + time, 0)
    note(outside, { calls: 1, time: total - inside })
  }
  return [...least].map(([name, found]) => ({ name, ...found })).sort((a, b) => b.time - a.time)
}

const [names = otherNames.join(','), backend = 'eyes-wasm', seconds = '5', imageCount] = process.argv.slice(2)
let take: (() => Map<string, Spent>) | undefined
for (const name of names.split(',') as OtherName[]) {
  const images = Number(imageCount ?? otherModels[name].batch)
  const { step, complaint } = await openRunner(name, backend as Backend, images)
  take ??= timeKernels(backend as Backend)
  const rows = profile(step, take, Number(seconds))
  const total = rows.reduce((sum, { time }) => sum + time, 0)
  const shown = rows.filter(({ time }) => time > 0.005 * total)
  const does = complaint === null ? 'a training step' : 'a forward pass'
  process.stdout.write(
    `\n${name}, ${does} of ${images} images on '${backend}', one thread: ${total.toFixed(1)} ms\n\n` +
      table<Row>(shown, [
        ['kernel', row => row.name],
        ['calls', row => row.calls],
        ['ms', row => milliseconds(row.time)],
        ['share', row => percent(row.time / total)],
      ]) +
      '\n',
  )
  tf.disposeVariables()
}
