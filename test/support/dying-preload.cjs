// `node --require` this, by NODE_OPTIONS: worker threads of a training then end in place of some sign of life (tasks.ts raises a number in an
// array of 16 after each micro-batch); no product file knows of it. EYES_TEST_LIVES: signs of life before the first thread's death and
// before the others' deaths, as `3,1000000`.
/* global process */
const { isMainThread, threadId } = require('node:worker_threads')

const [first, others] = process.env.EYES_TEST_LIVES.split(',').map(Number)
let left = threadId === 1 ? first : others
const add = Atomics.add
const dying = (array, index, value) => {
  if (array.length === 16 && left-- === 0) process.exit(9)
  return add(array, index, value)
}
if (!isMainThread) Atomics.add = dying
