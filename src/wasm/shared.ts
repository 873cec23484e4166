// Typed face of shared.wasm (assembly/shared.ts): the trainer's arithmetic over memory that every thread sees.
import type { Pointer } from './kernels.js'

export interface SharedExports {
  adam(
    parameters: Pointer,
    m: Pointer,
    v: Pointer,
    gradient: Pointer,
    size: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    epsilon: number,
    stepSize: number,
    rootCorrection2: number,
  ): void
  reduce(slots: Pointer, weights: Pointer, gradient: Pointer, count: number, stride: number, size: number): void
  /** Sums of squares, float64, of each `block` values. */
  blockSquares(values: Pointer, sums: Pointer, size: number, block: number): void
  /** Of float64 values, in order. */
  sumDoubles(values: Pointer, count: number): number
  scale(values: Pointer, size: number, factor: number): void
  movingAverage(average: Pointer, values: Pointer, size: number, rate: number): void
  sgd(
    parameters: Pointer,
    velocity: Pointer,
    gradient: Pointer,
    size: number,
    lr: number,
    momentum: number,
    weightDecay: number,
    isNesterov: number,
  ): void
  allFinite(values: Pointer, size: number): number
}

export function instantiateShared(module: WebAssembly.Module, memory: WebAssembly.Memory): SharedExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SharedExports
}
