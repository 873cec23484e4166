// The self-check of `eyes-wasm doctor`: right on this machine, with bounds that mean something, and able to find a wrong kernel.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { selfCheck } from '../../src/kernels/self-check.js'
import * as wasmKernels from '../../src/wasm/kernels.js'

vi.mock('../../src/wasm/kernels.js', { spy: true })
afterEach(() => {
  vi.mocked(wasmKernels.instantiateKernels).mockReset()
})

describe('selfCheck', () => {
  it('finds every kernel within its bound, in about a second', async () => {
    const start = performance.now()
    const checks = await selfCheck()
    expect(performance.now() - start).toBeLessThan(5000)
    expect(checks.map(c => c.kernel)).toEqual([
      'Conv2D',
      'Conv2DBackpropInput',
      'Conv2DBackpropFilter',
      'ActivationBiasGrad',
      'ReconstructionLoss',
      'ReconstructionLossGrad',
      'Reduce',
      'Adam',
    ])
    for (const { kernel, maxError, bound } of checks) {
      expect(maxError, kernel).toBeLessThanOrEqual(bound)
      expect(bound, kernel).toBeLessThan(1e-3)
    }
  })

  it('finds a kernel that computes something else', async () => {
    const { instantiateKernels } = await vi.importActual<typeof wasmKernels>('../../src/wasm/kernels.js')
    vi.mocked(wasmKernels.instantiateKernels).mockImplementation((module, memory) => {
      const right = instantiateKernels(module, memory)
      return {
        ...right,
        // ReLU where none was asked for.
        conv2D: (x, w, bias, y, g, _, scratch) => right.conv2D(x, w, bias, y, g, 1, scratch),
        reconstructionLoss: () => NaN,
      }
    })
    const wrong = (await selfCheck()).filter(c => !(c.maxError <= c.bound))
    expect(wrong.map(c => c.kernel)).toEqual(['Conv2D', 'ReconstructionLoss'])
  })
})
