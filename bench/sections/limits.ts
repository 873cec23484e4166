// What one core and its memory can do at most, measured by bench/assembly/limits.ts: the other sections' shares are of these.
import { readFile } from 'node:fs/promises'
import { sample, startClock, warm } from '../measure.js'
import type { Limits } from '../results.js'

interface Exports {
  multiplyAdd8(p: number, rounds: number): number
  multiplyAdd9(p: number, rounds: number): number
  multiplyAdd10(p: number, rounds: number): number
  multiplyAdd12(p: number, rounds: number): number
  readMemory(p: number, bytes: number): number
  copyMemory(to: number, from: number, bytes: number): void
}

const rounds = 20_000
const streamBytes = 64 * 2 ** 20
const base = 65536

export async function measureLimits(quick: boolean): Promise<Limits> {
  const memory = new WebAssembly.Memory({ initial: 1 + (2 * streamBytes) / 65536 })
  const module = await WebAssembly.compile(await readFile(new URL('limits.wasm', import.meta.url)))
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  const wasm = exports as unknown as Exports
  new Float32Array(memory.buffer).fill(1e-3) // no denormal numbers: some processors are slow with them
  const clock = startClock()
  const peaks: { accumulators: number; gflops: number }[] = []
  for (const accumulators of [8, 9, 10, 12] as const) {
    const call = () => void wasm[`multiplyAdd${accumulators}`](1024, rounds)
    await warm(call)
    const flop = rounds * accumulators * 4 * 2
    peaks.push({ accumulators, gflops: flop / sample(call, quick ? 100 : 400).min / 1e6 })
  }
  const best = peaks.reduce((a, b) => (b.gflops > a.gflops ? b : a))
  const read = () => void wasm.readMemory(base, streamBytes)
  const copy = () => wasm.copyMemory(base, base + streamBytes, streamBytes)
  const [readTime, copyTime] = [read, copy].map(call => {
    call()
    return sample(call, quick ? 5 : 15).min
  })
  const { cpu, wall } = clock()
  return {
    ...best,
    readGBs: streamBytes / readTime! / 1e6,
    copyGBs: (2 * streamBytes) / copyTime! / 1e6,
    cpuShare: cpu / wall,
  }
}
