// Results of a machine that never was, for the tests of what the bench makes of results.
import type { KernelRow, Machine, PeerRow, Results, Timing, TrainRow } from '../../bench/results.js'

export const timing = (median: number): Timing => ({
  min: median,
  median,
  spread: 0,
  samples: 3,
  cpuShare: 1,
  runs: [{ used: 1, granted: 1 }],
  refused: 0,
})

export const aMachine: Machine = {
  cpu: 'a CPU',
  cores: 2,
  memoryGiB: 8,
  os: 'an OS',
  node: '24.21.0',
  v8: '13.6',
  vectors: 'revectorized',
}

export const results = (parts: Partial<Results> = {}): Results => ({
  format: 'eyes-wasm-bench-2',
  version: '1.2.3',
  date: '2026-01-02T03:04:05.000Z',
  quick: false,
  machine: aMachine,
  finished: true,
  notes: [],
  starved: [],
  failures: [],
  ...parts,
})

export const peerRow = (model: string, peer: string, imagesPerSecond: number): PeerRow => ({
  model,
  peer,
  threads: 2,
  does: 'training',
  images: 164,
  timing: timing(164_000 / imagesPerSecond),
  imagesPerSecond,
  loss: 0.25,
  ourLoss: 0.25,
})

/** Ours at `ratio` times PyTorch's 100 images a second; the other layout is slower. */
export const besidePyTorch = (model: string, ratio: number): PeerRow[] => [
  peerRow(model, 'eyes-wasm', 100 * ratio),
  peerRow(model, 'PyTorch 1.13 (NHWC)', 90),
  peerRow(model, 'PyTorch 1.13 (NCHW)', 100),
]

export const kernelRow = (model: string, layer: string, milliseconds: number): KernelRow => ({
  model,
  layer,
  channels: '12→24',
  pass: 'forward',
  kernel: 'Conv2D',
  algorithm: 'F(4,3)',
  images: 4,
  timing: timing(milliseconds),
  gflops: 50,
  shareOfPeak: 0.5,
  effectiveGflops: 150,
  directMilliseconds: 3 * milliseconds,
  error: 0.1,
})

export const trainRow = (model: string, threads: number, milliseconds: number): TrainRow => ({
  model,
  threads,
  microBatches: 32,
  timing: timing(milliseconds),
  imagesPerSecond: 164_000 / milliseconds,
  best: 164_000 / milliseconds,
})
