// Races under a clock of the test's own: runs that others kept from their cores are refused, repeated, and in the end left out.
import { describe, expect, it } from 'vitest'
import { type CoreClock, isStarved, sharesOf } from '../../bench/cores.js'
import { sample } from '../../bench/measure.js'
import { openChild, reasonOf } from '../../bench/peers/child.js'
import { type Contender, race } from '../../bench/peers/contender.js'
import { slowerLayout } from '../../bench/sections/peers.js'

const cores = 2

/** A machine of two cores whose time passes only in runs. */
function makeMachine() {
  let wall = 0
  let idle = 0
  const clock: CoreClock = { cores, now: () => ({ wall, idle }) }
  /** A contender whose steps take `stepTime` and use `share` of its threads; `others` answers how many cores others use in run k. */
  function contender(name: string, stepTime: number, others: (run: number) => number, share = 1, threads = 2) {
    let runs = 0
    const log: number[] = []
    const made: Contender = {
      name,
      threads,
      does: 'training',
      images: 1,
      loss: () => Promise.resolve(0),
      run(steps) {
        const taken = others(runs++)
        const own = Math.min(threads * share, cores - taken)
        const time = steps * stepTime
        wall += time
        idle += time * (cores - taken - own)
        log.push(steps)
        return Promise.resolve({ steps: Array<number>(steps).fill(stepTime), cpuMilliseconds: own * time })
      },
      close: () => Promise.resolve(),
    }
    return { contender: made, log }
  }
  return { clock, contender }
}

describe('shares of the cores', () => {
  const at = (wall: number, idle: number) => ({ wall, idle })

  it('tell a process that idles from one that was kept waiting', () => {
    // 2 threads on 2 cores for 100 ms, 160 ms of CPU time: the rest was idle, or somebody else's.
    const idled = sharesOf(at(0, 0), at(100, 40), 2, 2, 160)
    expect(idled).toEqual({ used: 0.8, granted: 1 })
    expect(isStarved(idled)).toBe(false)
    const robbed = sharesOf(at(0, 0), at(100, 0), 2, 2, 160)
    expect(robbed).toEqual({ used: 0.8, granted: 0.8 })
    expect(isStarved(robbed)).toBe(true)
  })

  it('leave one thread of two cores alone while the other core is busy', () => {
    expect(isStarved(sharesOf(at(0, 0), at(100, 0), 2, 1, 99))).toBe(false)
    expect(isStarved(sharesOf(at(0, 0), at(100, 0), 2, 1, 60))).toBe(true)
  })
})

describe('race', () => {
  it('gives each its turn, in runs long enough to be clocked', async () => {
    const machine = makeMachine()
    const quick = machine.contender('quick', 100, () => 0)
    const slow = machine.contender('slow', 10_000, () => 0)
    const raced = await race([quick.contender, slow.contender], { leastRuns: 3, seconds: 0, clock: machine.clock })
    // One step to know its length, then 600 ms each; a long step is its own warm-up.
    expect(quick.log).toEqual([1, 6, 6, 6])
    expect(slow.log).toEqual([1, 1, 1])
    expect(raced.get(quick.contender)).toMatchObject({ refused: 0, starved: false })
    expect(raced.get(quick.contender)!.steps).toHaveLength(18)
    expect(raced.get(slow.contender)!.shares).toHaveLength(3)
  })

  it('repeats a run that was starved', async () => {
    const machine = makeMachine()
    const disturbed = machine.contender('disturbed', 600, run => (run === 2 ? 1 : 0))
    const raced = await race([disturbed.contender], { leastRuns: 3, seconds: 0, clock: machine.clock })
    const entry = raced.get(disturbed.contender)!
    expect(entry).toMatchObject({ refused: 1, starved: false })
    expect(entry.shares).toHaveLength(3)
    expect(entry.shares.every(({ granted }) => granted === 1)).toBe(true)
  })

  it('leaves out what stays starved, and only that', async () => {
    const machine = makeMachine()
    const starved = machine.contender('starved', 600, () => 0.5)
    const other = machine.contender('other', 600, () => 0)
    const raced = await race([starved.contender, other.contender], { leastRuns: 3, seconds: 0, clock: machine.clock })
    expect(raced.get(starved.contender)).toMatchObject({ refused: 6, starved: true, steps: [] })
    expect(raced.get(other.contender)!.starved).toBe(false)
  })

  it('does not refuse a contender for its own idle stretches', async () => {
    const machine = makeMachine()
    const serial = machine.contender('serial', 600, () => 0, 0.7)
    const raced = await race([serial.contender], { leastRuns: 3, seconds: 0, clock: machine.clock })
    expect(raced.get(serial.contender)).toMatchObject({ refused: 0, starved: false })
  })

  it('goes on until its time is over', async () => {
    const machine = makeMachine()
    const one = machine.contender('one', 600, () => 0)
    const raced = await race([one.contender], { leastRuns: 2, seconds: 4, clock: machine.clock })
    expect(raced.get(one.contender)!.shares).toHaveLength(6)
  })

  it('lets PyTorch’s slower layout go, once it is known', async () => {
    const machine = makeMachine()
    const [nhwc, nchw, own] = [
      machine.contender('PyTorch (NHWC)', 6000, () => 0),
      machine.contender('PyTorch (NCHW)', 9000, () => 0),
      machine.contender('eyes-wasm', 6000, () => 0),
    ]
    const all = [nhwc.contender, nchw.contender, own.contender]
    const raced = await race(all, { leastRuns: 3, seconds: 0, leave: slowerLayout, clock: machine.clock })
    expect(all.map(one => raced.get(one)!.shares.length)).toEqual([3, 1, 3])
    expect(raced.get(nchw.contender)!.starved).toBe(false)
  })
})

describe('samples of one thread', () => {
  it('are taken again when the thread did not have its core, three times at most', () => {
    const shares = [0.5, 0.99]
    const clock = () => () => ({ cpu: 100 * (shares.shift() ?? 0.5), wall: 100 })
    expect(sample(() => undefined, 5, 20, clock)).toMatchObject({ refused: 1, cpuShare: 0.99 })
    expect(sample(() => undefined, 5, 20, clock)).toBeNull()
  })
})

describe('a process that cannot do its job', () => {
  it('is missing for the reason of its error, without the stack', async () => {
    const opened = await openChild(process.execPath, ['-e', "throw new TypeError('no such thing')"])
    expect(opened).toEqual({ missing: 'TypeError: no such thing' })
  })

  it('is missing for its last words, or for none', () => {
    expect(reasonOf('Traceback\nModuleNotFound: torch\n')).toBe('ModuleNotFound: torch')
    expect(reasonOf('')).toBe('no reason given')
  })
})
