// Whether a WebAssembly.Memory is one memory in all threads here, tried as training uses it: a worker writes through WebAssembly, and this
// thread looks. Engines had it wrong (oven-sh/bun issue 25677), and a training over such threads would compute nonsense.
import { Worker } from 'node:worker_threads'

/** The smallest module that writes: (import "env" "memory" (memory 1 1 shared)) (func (export "f") (i32.store (i32.const 8) (i32.const 9))). */
const module = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0],
  ...[2, 16, 1, 3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2, 3, 1, 1],
  ...[3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 11, 1, 9, 0, 65, 8, 65, 9, 54, 2, 0, 11],
)
const [address, written] = [8, 9]

const program = `
  const { parentPort, workerData: { module, memory } } = require('node:worker_threads')
  new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports.f()
  parentPort.postMessage('done')`

/** Longest wait for the thread, in milliseconds. */
const startLimit = 10_000

/** False too where threads or shared memories are missing, or the thread does not answer within 10 s. Throws nothing. */
export async function threadsShareMemory(threadProgram = program): Promise<boolean> {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const worker = new Worker(threadProgram, { eval: true, execArgv: [], workerData: { module, memory } })
    try {
      await answer(worker)
      return new Int32Array(memory.buffer)[address / 4] === written
    } finally {
      await worker.terminate()
    }
  } catch {
    return false
  }
}

function answer(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), startLimit)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      settle()
    }
    worker.once('message', () => end(resolve))
    worker.once('error', error => end(() => reject(error)))
    worker.once('exit', () => end(() => reject(new Error('ended'))))
  })
}
