// The self-check of `eyes-wasm doctor`: right on this machine, with bounds that mean something, and able to find a wrong kernel.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tileSizes } from '../../src/kernels/algorithm.js'
import { selfCheck } from '../../src/kernels/self-check.js'
import * as wasmKernels from '../../src/wasm/kernels.js'

vi.mock('../../src/wasm/kernels.js', { spy: true })
const convKernels = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter']
/** Each tile size alone, then in pieces of a 9x9 kernel and in the phases of a stride of 2. */
const winograd = [...tileSizes.map(({ points, outputs }) => `F(${outputs},${points + 1 - outputs})`), '9 F', '4 F']

afterEach(() => {
  vi.mocked(wasmKernels.instantiateKernels).mockReset()
})

describe('selfCheck', () => {
  it('finds every kernel within its bound, in about two seconds', async () => {
    const start = performance.now()
    const checks = await selfCheck()
    expect(performance.now() - start).toBeLessThan(5000)
    expect(checks.map(c => c.kernel.replace(/(\d F).*/, '$1'))).toEqual([
      ...convKernels,
      'ActivationBiasGrad',
      'Add',
      'BytePixels',
      'FloatPixels',
      'ReconstructionLoss',
      'ReconstructionLossGrad',
      'Reduce',
      'Adam',
      ...winograd.flatMap(algorithm => convKernels.map(kernel => `${kernel} ${algorithm}`)),
    ])
    for (const { kernel, maxError, bound } of checks) {
      expect(maxError, kernel).toBeLessThanOrEqual(bound)
      // Winograd's are of a whole tile, and of results of up to size 30: sums of 12 channels under 81 taps.
      expect(bound, kernel).toBeLessThan(kernel.includes('F(') ? 1e-2 : 1e-3)
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
        winogradFilterGradient: (x, dy, dw, plan, scratch) => {
          right.winogradFilterGradient(x, dy, dw, plan, scratch)
          // One value of the first tap, 1 % off.
          new DataView(memory.buffer).setFloat32(dw, 1.01 * new DataView(memory.buffer).getFloat32(dw, true), true)
        },
      }
    })
    const wrong = (await selfCheck()).filter(c => !(c.maxError <= c.bound))
    expect(wrong.map(c => c.kernel).filter(name => !name.includes('F('))).toEqual(['Conv2D', 'ReconstructionLoss'])
    expect(wrong.filter(c => c.kernel.includes('F(')).map(c => c.kernel.split(' ')[0])).toEqual(
      winograd.map(() => 'Conv2DBackpropFilter'),
    )
  })
})
