// Others on this machine, beside us: each must first compute our loss for the same images, weights and noise, then all run in turn.
// A peer that is not installed is noted, not an error.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Dataset } from '../../src/data/dataset.js'
import { layerSpecs } from '../../src/models/geometry.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { trainingFlop } from '../../src/imaging/cost.js'
import { type Context, note } from '../context.js'
import { median, timingOf } from '../measure.js'
import { modelName } from '../models.js'
import { openChild } from '../peers/child.js'
import { type Contender, longStep, type Raced, race } from '../peers/contender.js'
import { writeJob } from '../peers/job.js'
import { benchImages, openOwn, type OwnContender } from '../peers/own.js'
import { goalsFor, modelRatios } from '../ratios.js'
import type { PeerRow } from '../results.js'
import { splitStep } from '../step-split.js'

/** float32 losses of other summation orders agree to this, relative. */
const tolerance = 2e-5
/** Seconds of steps in turn to time for each model, about; three runs are made in any case. */
const budget = { full: 12, quick: 3 }
/** How far behind the faster layout of PyTorch the other may be and still be timed to the end. */
const layoutMargin = 1.15

/** JavaScript peers: images of a step, and the arithmetic of an image up to which it takes them a bearable time. */
const scripts = [
  { name: 'tfjs wasm', file: 'tfjs.js', args: ['wasm', '8'], mostFlop: Infinity, isSlow: false },
  { name: 'jax-js', file: 'jax.js', args: ['1'], mostFlop: 4e9, isSlow: true },
  { name: 'tfjs cpu', file: 'tfjs.js', args: ['cpu', '1'], mostFlop: 0.5e9, isSlow: true },
]

/** Interpreters to look for PyTorch in: the one named, or the first that has it. */
const pythons = process.env.EYES_PYTHON ? [process.env.EYES_PYTHON] : ['python3', '/usr/bin/python3']

interface Peer extends Contender {
  /** So far behind that it runs once or twice, after the others. */
  readonly isSlow: boolean
}

export async function measurePeers(context: Context): Promise<void> {
  const { options, results, progress, save } = context
  const images = benchImages()
  results.peers = []
  for (const spec of options.models) {
    progress(`others beside ${modelName(spec)}`)
    const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
    try {
      await writeJob(folder, spec, images)
      results.peers.push(...(await measureModel(spec, images, folder, context)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    await splitWhereShort(spec, images, context)
    await save()
  }
}

/** A model that falls short of its goal shows where its time goes. */
async function splitWhereShort(spec: ModelSpec, images: Dataset, { options, results }: Context): Promise<void> {
  const model = modelName(spec)
  const ratios = modelRatios(results.peers ?? [], goalsFor(results.machine.node))
  const isShort = ratios.some(({ name, verdict }) => name === model && verdict === 'short')
  if (!isShort || results.splits?.[model]) return
  results.splits = { ...results.splits, [model]: await splitStep(spec, images, options.quick) }
}

/** All at once: most of their start is reading and compiling. */
async function openPeers(spec: ModelSpec, folder: string, threads: number, context: Context): Promise<Peer[]> {
  const python = fileURLToPath(new URL('../../bench/peers/pytorch.py', import.meta.url))
  const opening = ['nhwc', 'nchw'].map(layout => ({
    name: 'PyTorch',
    isSlow: false,
    opened: openPyTorch([python, folder, `${threads}`, layout]),
  }))
  const flop = trainingFlop(layerSpecs(spec))
  for (const { name, file, args, mostFlop, isSlow } of scripts) {
    if (isSlow && context.options.quick) note(context.results, `${name} is left out by --quick.`)
    else if (flop > mostFlop)
      note(context.results, `${name} is left out of ${modelName(spec)}: a step of one image would take too long.`)
    else {
      const script = fileURLToPath(new URL(file, import.meta.url))
      opening.push({ name, isSlow, opened: openChild(process.execPath, [script, folder, ...args]) })
    }
  }
  const peers: Peer[] = []
  for (const { name, isSlow, opened } of opening) {
    const peer = await opened
    if ('missing' in peer) note(context.results, `${name} is not here: ${peer.missing}`)
    else peers.push({ ...peer, isSlow })
  }
  return peers
}

async function openPyTorch(args: readonly string[]): Promise<Contender | { missing: string }> {
  let opened: Contender | { missing: string } = { missing: 'no interpreter' }
  for (const python of pythons)
    if ('missing' in opened) opened = await openChild(python, args, { OMP_WAIT_POLICY: 'passive' })
  return opened
}

type Losses = readonly [theirs: number, ours: number]

async function measureModel(spec: ModelSpec, images: Dataset, folder: string, context: Context): Promise<PeerRow[]> {
  const { options, results } = context
  const threads = Math.max(...options.threads)
  const own = await openOwn(spec, images, threads)
  const peers = await openPeers(spec, folder, threads, context)
  try {
    const losses = new Map<Contender, Losses>()
    for (const contender of [own, ...peers])
      losses.set(contender, await compareLosses(spec, contender, own, results.failures))
    const fast = [own, ...peers.filter(peer => !peer.isSlow)]
    const slow = peers.filter(peer => peer.isSlow)
    const leastRuns = options.quick ? 2 : 3
    const seconds = options.quick ? budget.quick : budget.full
    const raced = new Map([
      ...(await race(fast, { leastRuns, seconds, leave: slowerLayout })),
      ...(await race(slow, { leastRuns: 1, seconds: 0, runMilliseconds: 1 })),
    ])
    return [...raced].flatMap(([contender, entry]) => {
      if (!entry.starved) return [rowOf(modelName(spec), contender, entry, losses.get(contender)!)]
      results.starved.push(`beside others: ${modelName(spec)}, ${contender.name}`)
      return []
    })
  } finally {
    for (const contender of [own, ...peers]) await contender.close()
  }
}

async function compareLosses(spec: ModelSpec, peer: Contender, own: OwnContender, failures: string[]): Promise<Losses> {
  const [theirs, ours] = [await peer.loss(), await own.lossOf(peer.images)]
  if (!(Math.abs(theirs - ours) <= tolerance * Math.abs(ours)))
    failures.push(`${modelName(spec)}: ${peer.name} computes the loss ${theirs}, we ${ours}`)
  return [theirs, ours]
}

/** The layout of PyTorch that is clearly the slower one here: after two runs, or one of a step that outlasts what disturbs it. */
export function slowerLayout(raced: ReadonlyMap<Contender, Raced>): Contender[] {
  const layouts = [...raced].filter(([{ name }]) => name.startsWith('PyTorch'))
  const isKnown = ({ steps, shares }: Raced) => shares.length >= 2 || (shares.length === 1 && steps[0]! >= longStep)
  if (layouts.length < 2 || !layouts.every(([, entry]) => isKnown(entry))) return []
  const least = Math.min(...layouts.map(([, { steps }]) => median(steps)))
  return layouts.filter(([, { steps }]) => median(steps) > layoutMargin * least).map(([contender]) => contender)
}

function rowOf(
  model: string,
  { name, threads, does, images }: Contender,
  { steps, shares, refused }: Raced,
  [loss, ourLoss]: Losses,
): PeerRow {
  const timing = timingOf(steps, shares, refused)
  const imagesPerSecond = (1000 * images) / timing.median
  return { model, peer: name, threads, does, images, timing, imagesPerSecond, loss, ourLoss }
}
