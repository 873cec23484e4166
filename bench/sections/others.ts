// Models of other people (other-models.ts), one training step beside tfjs, jax-js and PyTorch: everybody has the same first weights and
// examples and must first compute our loss; then all run in turn. Each is a process of its own. A peer that is not there is noted.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, note } from '../context.js'
import { type OtherName, otherModels } from '../other-models.js'
import { type Child, openChild } from '../peers/child.js'
import { type Contender, race } from '../peers/contender.js'
import { writeOtherJob } from '../peers/other-job.js'
import type { PeerRow } from '../results.js'
import { type Losses, openPyTorch, rowOf, slowerLayout, tolerance } from './peers.js'

/** Seconds of steps in turn to time for each model, about; three runs are made in any case. */
const budget = { full: 10, quick: 3 }

/** Images of a step that takes tfjs's cpu backend and jax-js a bearable time. */
const slowImages: Record<OtherName, number> = { mobilenet: 1, 'u-net': 1, dense: 128, lenet: 16 }

interface Other extends Child {
  readonly isSlow: boolean
}

const scriptAt = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export async function measureOthers(context: Context): Promise<void> {
  const { options, results, progress, save } = context
  results.others = []
  for (const name of options.others) {
    progress(`others' model ${name}`)
    const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
    try {
      await writeOtherJob(folder, name)
      results.others.push(...(await measureModel(name, folder, context)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    await save()
  }
}

/** A process on Node: `wait` starts it. */
const script = (name: string, isSlow: boolean, file: string, ...args: string[]) => ({
  name,
  isSlow,
  opened: openChild(process.execPath, [scriptAt(file), ...args]),
})

/** All that are there, ours first; all started at once, as most of their start is reading and compiling. */
async function openAll(model: OtherName, folder: string, { options, results }: Context): Promise<[Child, ...Other[]]> {
  const threads = `${Math.max(...options.threads)}`
  const [batch, few] = [`${otherModels[model].batch}`, `${slowImages[model]}`]
  const own = openChild(process.execPath, [scriptAt('tf-model.js'), model, 'eyes-wasm', batch])
  const layouts = otherModels[model].x.length === 3 ? ['nhwc', 'nchw'] : ['nchw']
  const python = scriptAt('../../bench/peers/models/pytorch.py')
  const opening = [
    ...layouts.map(layout => ({
      name: 'PyTorch',
      isSlow: false,
      opened: openPyTorch([python, model, folder, threads, layout]),
    })),
    script('ParallelTrainer', false, 'trainer.js', model, threads),
    script('tfjs wasm', false, 'tf-model.js', model, 'wasm', batch),
  ]
  if (options.quick) note(results, 'tfjs cpu and jax-js are left out by --quick.')
  else {
    opening.push(script('tfjs cpu', true, 'tf-model.js', model, 'cpu', few))
    opening.push(script('jax-js', true, 'jax-model.js', model, folder, few))
  }
  const others: Other[] = []
  for (const { name, isSlow, opened } of opening) {
    const other = await opened
    if ('missing' in other) note(results, `${name} does not run ${model}: ${other.missing}`)
    else {
      if (other.complaint) note(results, `${name} only runs ${model} forward: ${other.complaint}`)
      others.push({ ...other, isSlow })
    }
  }
  const first = await own
  if (!('missing' in first) && first.complaint) note(results, `We only run ${model} forward: ${first.complaint}`)
  if ('missing' in first) throw new Error(`bench: ${model} does not run on our backend: ${first.missing}`)
  return [first, ...others]
}

async function measureModel(model: OtherName, folder: string, context: Context): Promise<PeerRow[]> {
  const { options, results } = context
  const [own, ...others] = await openAll(model, folder, context)
  try {
    const losses = new Map<Contender, Losses>()
    for (const contender of [own, ...others])
      losses.set(contender, await compareLosses(model, contender, own, results.failures))
    const slow = others.filter(({ isSlow }) => isSlow)
    const fast = [own, ...others.filter(({ isSlow }) => !isSlow)]
    const raced = new Map([
      ...(await race(fast, {
        leastRuns: options.quick ? 2 : 3,
        seconds: options.quick ? budget.quick : budget.full,
        leave: slowerLayout,
      })),
      ...(await race(slow, { leastRuns: 1, seconds: 0, runMilliseconds: 1 })),
    ])
    return [...raced].flatMap(([contender, entry]) => {
      if (!entry.starved) return [rowOf(model, contender, entry, losses.get(contender)!)]
      results.starved.push(`models of others: ${model}, ${contender.name}`)
      return []
    })
  } finally {
    for (const contender of [own, ...others]) await contender.close()
  }
}

async function compareLosses(model: string, peer: Child, own: Child, failures: string[]): Promise<Losses> {
  const [theirs, ours] = [await peer.loss(), await own.lossOf(peer.images, peer.part ?? peer.images)]
  if (!(Math.abs(theirs - ours) <= tolerance * Math.abs(ours)))
    failures.push(`${model}: ${peer.name} computes the loss ${theirs}, we ${ours}`)
  return [theirs, ours]
}
