// Others on this machine, beside us: each must first compute our loss for the same images, weights and noise, then all run in turn.
// A peer that is not installed is noted, not an error.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Dataset } from '../../src/data/dataset.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { timingOf } from '../measure.js'
import { modelName } from '../models.js'
import { openChild } from '../peers/child.js'
import { type Contender, race, type Run } from '../peers/contender.js'
import { writeJob } from '../peers/job.js'
import { benchImages, openOwn } from '../peers/own.js'
import type { PeerRow } from '../results.js'
import { sumOf } from './train.js'

/** float32 losses of other summation orders agree to this, relative. */
const tolerance = 2e-5
/** Images of a tfjs step: its cpu backend takes some ten seconds for each. */
const tfjsImages = { cpu: 1, wasm: 8 }

/** Interpreters to look for PyTorch in: the one named, or the first that has it. */
const pythons = process.env.EYES_PYTHON ? [process.env.EYES_PYTHON] : ['python3', '/usr/bin/python3']

export async function measurePeers(
  specs: readonly ModelSpec[],
  threads: number,
  quick: boolean,
  notes: string[],
  failures: string[],
): Promise<PeerRow[]> {
  const images = benchImages()
  const rows: PeerRow[] = []
  for (const spec of specs) {
    const folder = await mkdtemp(join(tmpdir(), 'eyes-wasm-bench-'))
    try {
      await writeJob(folder, spec, images)
      rows.push(...(await measureModel(spec, images, folder, threads, quick, notes, failures)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return rows
}

async function openPeers(folder: string, threads: number, quick: boolean, notes: string[]): Promise<Contender[]> {
  const peers: Contender[] = []
  const take = (name: string, opened: Contender | { missing: string }) => {
    if (!('missing' in opened)) return peers.push(opened)
    const note = `${name} is not here: ${opened.missing}`
    return notes.includes(note) || notes.push(note)
  }
  const script = fileURLToPath(new URL('../../bench/peers/pytorch.py', import.meta.url))
  for (const layout of ['nhwc', 'nchw']) {
    let opened: Awaited<ReturnType<typeof openChild>> = { missing: 'no interpreter' }
    for (const python of pythons) {
      if ('missing' in opened)
        opened = await openChild(python, [script, folder, `${threads}`, layout], { OMP_WAIT_POLICY: 'passive' })
    }
    take('PyTorch', opened)
  }
  const tfjs = fileURLToPath(new URL('tfjs.js', import.meta.url))
  for (const backend of quick ? (['wasm'] as const) : (['wasm', 'cpu'] as const))
    take(`tfjs ${backend}`, await openChild(process.execPath, [tfjs, folder, backend, `${tfjsImages[backend]}`]))
  if (quick) notes.push('tfjs cpu left out by --quick')
  return peers
}

async function measureModel(
  spec: ModelSpec,
  images: Dataset,
  folder: string,
  threads: number,
  quick: boolean,
  notes: string[],
  failures: string[],
): Promise<PeerRow[]> {
  const own = await openOwn(spec, images, threads)
  const peers = await openPeers(folder, threads, quick, notes)
  try {
    const losses = new Map<Contender, readonly [theirs: number, ours: number]>()
    for (const contender of [own, ...peers]) {
      const [theirs, ours] = [await contender.loss(), await own.lossOf(contender.images)]
      losses.set(contender, [theirs, ours])
      if (!(Math.abs(theirs - ours) <= tolerance * Math.abs(ours)))
        failures.push(`${modelName(spec)}: ${contender.name} computes the loss ${theirs}, we ${ours}`)
    }
    // The slow ones, which are far behind, once; the others in turn.
    const slow = peers.filter(peer => peer.name.startsWith('tfjs cpu'))
    const fast = [own, ...peers].filter(contender => !slow.includes(contender))
    const runs = new Map([...(await race(fast, quick ? 2 : 4, quick ? 1 : 2)), ...(await race(slow, 1, 1))])
    return [...runs].map(([contender, all]) => rowOf(modelName(spec), contender, all, losses.get(contender)!))
  } finally {
    for (const contender of [own, ...peers]) await contender.close()
  }
}

function rowOf(
  model: string,
  { name, threads, does, images }: Contender,
  runs: readonly Run[],
  [loss, ourLoss]: readonly [number, number],
): PeerRow {
  const cpuShare = sumOf(runs, 'cpuMilliseconds') / (threads * sumOf(runs, 'wallMilliseconds'))
  const timing = timingOf(
    runs.flatMap(run => run.steps),
    cpuShare,
  )
  return {
    model,
    peer: name,
    threads,
    does,
    images,
    timing,
    imagesPerSecond: (1000 * images) / timing.median,
    loss,
    ourLoss,
  }
}
