// How a batch is cut: a pure function of the batch and the model, never of the thread count, because the cut decides the order in
// which gradients are summed and so the last bits of the weights.

/** Least arithmetic in a micro-batch, so that tfjs's tape (about 0.4 ms) stays a few percent of it. */
const leastFlop = 1e9
/**
 * Beyond eight micro-batches each has to be worth more: 10 ms on one core at 200 GFLOP/s. More of them leave a thread waiting for the last one
 * for a shorter time, which is what costs two threads most.
 */
const fewMicroBatches = 8
const leastFlopOfMany = 2e9
/** Most micro-batches in a batch: enough to keep 32 threads busy. */
const mostMicroBatches = 32
/** Most memory for the micro-batches' gradients, which wait side by side until they are summed. */
const mostGradientBytes = 64 * 2 ** 20

/**
 * Most memory for what a thread keeps of the examples that it has on tfjs's tape at a time: a part of the processor's last cache. With more,
 * every map of the backward pass comes from memory.
 */
const mostTapeBytes = 32 * 2 ** 20

/**
 * Most examples on the tape at a time: a micro-batch of more goes through the model in parts, so that a thread's memory depends neither on
 * the batch nor on how many micro-batches it is cut into. A pure function of the model, as the parts decide an order of summation too.
 * @param bytes what the tape keeps of one example
 */
export const tapeExamples = (bytes: number) => Math.max(1, Math.floor(mostTapeBytes / bytes))

/** Most gradients of `parameterCount` values that may wait side by side; below 1 for the largest models, which have one at a time. */
export const mostSlots = (parameterCount: number) =>
  Math.min(mostMicroBatches, mostGradientBytes / (4 * parameterCount))

/** Number of micro-batches that a batch of `examples` is cut into: a power of two, so that 2, 4, 8 … threads get equal shares. */
export function microBatchCount(examples: number, flopPerExample: number, parameterCount: number): number {
  const flop = examples * flopPerExample
  const worthwhile = Math.max(Math.min(fewMicroBatches, flop / leastFlop), flop / leastFlopOfMany)
  const most = Math.min(mostMicroBatches, examples, worthwhile, mostSlots(parameterCount))
  let count = 1
  while (2 * count <= most) count *= 2
  return count
}

/**
 * First example and end of micro-batch `index` of `count` in a batch of `examples`: contiguous, sizes differing by at most one. The larger
 * ones come first: the threads that they keep longer then take fewer of the rest. 164 examples in 32 micro-batches are 21 for the busiest of
 * eight threads; with the larger ones spread among the others it would be 24, for the one that meets each of them.
 */
export function microBatchRange(examples: number, count: number, index: number): [from: number, to: number] {
  const least = Math.floor(examples / count)
  const larger = examples % count
  const start = (i: number) => least * i + Math.min(i, larger)
  return [start(index), start(index + 1)]
}
