// The package's own worker, but that it fails as EYES_TEST_FAULT says (test/support/faults.ts): at which moment, in which way, how often over
// all threads. Runs in worker threads of the tests, from the built package; no product file knows of it.
/* global WebAssembly, queueMicrotask, setTimeout */
import { closeSync, openSync } from 'node:fs'

const plan = JSON.parse(process.env.EYES_TEST_FAULT ?? '{}')

const moduleOf = (...body) =>
  new WebAssembly.Module(
    // One function that runs at instantiation: types, functions, start, code.
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 8, 1, 0],
      ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 0x0b],
    ),
  )

const ways = {
  exit: () => process.exit(9),
  throw: () => {
    throw new Error('injected')
  },
  // Uncaught: no task's own failure.
  'throw-late': () => queueMicrotask(ways.throw),
  unreachable: () => new WebAssembly.Instance(moduleOf(0x00)),
  heap: () => {
    const all = []
    for (;;) all.push(Array.from({ length: 1000 }, () => ({})))
  },
  'wasm-memory': () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 })
    for (;;) memory.grow(16)
  },
  'js-loop': () => {
    for (;;);
  },
  'wasm-loop': () => new WebAssembly.Instance(moduleOf(0x03, 0x40, 0x0c, 0, 0x0b)),
  wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
}

/** Takes one of `times` turns that all threads have together: a file that can be made only once. */
function turn(name, times) {
  for (let i = 0; i < times; i++) {
    try {
      closeSync(openSync(`${plan.folder}/${name}-${i}`, 'wx'))
      return true
    } catch {
      // Taken.
    }
  }
  return false
}

/** Fails if this is the moment and a turn is left. */
function at(moment) {
  const name = plan.inEach ? `fault-${task.version}` : 'fault'
  if (plan.moment === moment && turn(name, plan.times)) ways[plan.way]()
}

// The first `threads` workers start; those that replace them do not.
if (plan.moment === 'replacement') {
  if (!turn('start', plan.threads)) ways[plan.way]()
  // And one of the first ends.
  Object.assign(plan, { moment: 'within', way: 'exit' })
}

/** The task under way, and micro-batches taken of it. */
let task
let taken = 0
const isMeant = () =>
  task !== undefined && task.kind === plan.kind && (plan.version === undefined || task.version === plan.version)

// Between tasks.ts and the shared counters: the counter of micro-batches is alone in its array, a thread's sign of life is not.
const add = Atomics.add
Atomics.add = (array, index, value) => {
  if (!isMeant() || task.kind !== 'gradient') return add(array, index, value)
  if (array.length > 1) {
    at('within')
    return add(array, index, value)
  }
  at(taken === 0 ? 'before' : 'between')
  const place = add(array, index, value)
  taken++
  if (place >= task.count) at('after')
  return place
}

const { default: starting, endingOnFault } = await import('../../dist/trainer-worker.js')
const real = await starting

export default endingOnFault(given => {
  task = given
  taken = 0
  if (isMeant() && task.kind === 'update' && plan.moment === 'half') {
    const half = Math.ceil((task.from + task.to) / 2)
    real({ ...task, to: half })
    at('half')
    real({ ...task, from: half })
    return { finite: true, busy: 1 }
  }
  if (isMeant()) at('begin')
  const answer = real(task)
  if (isMeant()) at('end')
  if (isMeant() && plan.moment === 'idle' && turn('fault', plan.times)) setTimeout(ways[plan.way], 1)
  task = undefined
  return answer
})
