// What one core and its memory can do at most, measured by bench/assembly/limits.ts: the other sections' shares are of these.
import { readFile } from 'node:fs/promises'
import type { Context } from '../context.js'
import { sample, warm } from '../measure.js'
import type { Limits, Timing } from '../results.js'
import { compileLikeKernels } from '../vectors.js'

interface Exports {
  multiplyAdd8(p: number, rounds: number): number
  multiplyAdd9(p: number, rounds: number): number
  multiplyAdd10(p: number, rounds: number): number
  multiplyAdd12(p: number, rounds: number): number
  multiplyAddPairs(p: number, rounds: number): number
  readMemory(p: number, bytes: number): number
  copyMemory(to: number, from: number, bytes: number): void
}

const loops = [
  ['multiplyAdd8', 8],
  ['multiplyAdd9', 9],
  ['multiplyAdd10', 10],
  ['multiplyAdd12', 12],
  ['multiplyAddPairs', 12],
] as const
const rounds = 20_000
const streamBytes = 64 * 2 ** 20
const base = 65536

/** Fills in `limits`, unless others' work left no core to measure on. */
export async function measureLimits({ options: { quick }, results }: Context): Promise<void> {
  const memory = new WebAssembly.Memory({ initial: 1 + (2 * streamBytes) / 65536 })
  const { buffer, byteOffset, byteLength } = await readFile(new URL('limits.wasm', import.meta.url))
  const module = await compileLikeKernels(new Uint8Array(buffer, byteOffset, byteLength))
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  const wasm = exports as unknown as Exports
  new Float32Array(memory.buffer).fill(1e-3) // no denormal numbers: some processors are slow with them
  const timings: Timing[] = []
  const least = (call: () => void, samples: number) => {
    const timing = sample(call, samples)
    if (timing) timings.push(timing)
    return timing?.min ?? Infinity
  }
  const peaks: { accumulators: number; gflops: number }[] = []
  for (const [loop, accumulators] of loops) {
    const call = () => void wasm[loop](1024, rounds)
    await warm(call)
    const flop = rounds * accumulators * 4 * 2
    peaks.push({ accumulators, gflops: flop / least(call, quick ? 100 : 400) / 1e6 })
  }
  const best = peaks.reduce((a, b) => (b.gflops > a.gflops ? b : a))
  const read = () => void wasm.readMemory(base, streamBytes)
  const copy = () => wasm.copyMemory(base, base + streamBytes, streamBytes)
  await warm(read)
  const readTime = least(read, quick ? 5 : 15)
  await warm(copy)
  const copyTime = least(copy, quick ? 5 : 15)
  if (timings.length < loops.length + 2) results.starved.push('limits')
  else results.limits = limitsOf(best, readTime, copyTime, timings)
}

const limitsOf = (
  best: { accumulators: number; gflops: number },
  readTime: number,
  copyTime: number,
  timings: readonly Timing[],
): Limits => ({
  ...best,
  readGBs: streamBytes / readTime / 1e6,
  copyGBs: (2 * streamBytes) / copyTime / 1e6,
  cpuShare: Math.min(...timings.map(timing => timing.cpuShare)),
})
