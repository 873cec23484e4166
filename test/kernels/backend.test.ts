// The backend around the kernels: whose memory it is, that none is lost, what happens when it grows or runs out, what is registered,
// and the internals of tfjs-backend-wasm 4.22.0 that src/kernels/tfjs-wasm.ts and backend.ts rely on.
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import '../../src/backend.js'
import type { EyesWasmBackend } from '../../src/kernels/backend.js'
import { allKernels, registerEyesWasm } from '../../src/kernels/register.js'
import { coreGradients, wasmKernels } from '../../src/kernels/registrations.js'
import { ourBackend } from './harness.js'

const listeners = () => ['uncaughtException', 'unhandledRejection'].map(event => process.listenerCount(event))
const listenersBefore = listeners()

let backend: EyesWasmBackend
beforeAll(async () => {
  await tf.setBackend('eyes-wasm')
  backend = ourBackend()
})

const offset = (t: tf.Tensor) => backend.getMemoryOffset(t.dataId)

/** One convolution with both its gradients, all tensors freed. */
function convolveAndBack(size = 12): void {
  tf.tidy(() => {
    const x = tf.ones<tf.Rank.R4>([2, size, size, 5])
    const w = tf.ones<tf.Rank.R4>([3, 3, 5, 9])
    tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))([x, w])
  })
}

describe('internals of tfjs-backend-wasm that we rely on', () => {
  it('are those of version 4.22.0, which package.json pins', () => {
    const read = (path: string) =>
      JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Record<string, unknown>
    const { devDependencies } = read('../../package.json') as { devDependencies: Record<string, string> }
    for (const name of ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core']) {
      expect(devDependencies[name]).toBe('4.22.0')
      expect(read(`../../node_modules/${name}/package.json`).version).toBe('4.22.0')
    }
  })

  it('a tensor lies at dataIdMap.get(dataId).memoryOffset of the one exported memory, 8-byte aligned', () => {
    const x = tf.tensor1d([1.5, -2, 3])
    const at = (backend.dataIdMap.get(x.dataId) as { memoryOffset: number }).memoryOffset
    expect(at).toBe(offset(x))
    expect(at).toBe(backend.address(x))
    expect(at % 8).toBe(0)
    expect([...new Float32Array(backend.wasm.HEAPU8.buffer, at, 3)]).toEqual([1.5, -2, 3])
    expect(backend.wasm.HEAPU8.byteLength).toBe(backend.memoryBytes)
    const module = new WebAssembly.Module(
      readFileSync(new URL('../../dist/tfjs-backend-wasm-simd.wasm', import.meta.url)),
    )
    expect(WebAssembly.Module.exports(module).filter(e => e.kind === 'memory')).toHaveLength(1)
    expect(WebAssembly.Module.imports(module).filter(e => e.kind === 'memory')).toEqual([])
    x.dispose()
  })

  it('its module has the functions that its own init() wraps', () => {
    const wrapped = [
      'init',
      'initWithThreadsCount',
      'getThreadsCount',
      'registerTensor',
      'disposeData',
      'dispose',
    ] as const
    for (const name of wrapped) expect(typeof backend.wasm.tfjs[name], name).toBe('function')
    expect(typeof backend.wasm._malloc).toBe('function')
    expect(typeof backend.wasm._free).toBe('function')
    expect(backend.wasm.tfjs.getThreadsCount()).toBe(1)
  })

  it('its kernels and tfjs-core’s gradients were caught, not registered as wasm', () => {
    expect(wasmKernels.size).toBeGreaterThan(150)
    expect(coreGradients.size).toBeGreaterThan(90)
    expect(tf.getKernelsForBackend('wasm')).toEqual([])
    expect(tf.engine().registryFactory.wasm).toBeUndefined()
    // Its functions are used, by tfjs-backend-wasm and by Ragged.ts.
    expect(tf.getKernelsForBackend('cpu')).toEqual([])
    expect(tf.engine().registryFactory.cpu).toBeUndefined()
  })

  it('it leaves no listeners on the process', () => {
    expect(listeners()).toEqual(listenersBefore)
  })
})

describe('kernels.wasm', () => {
  const module = new WebAssembly.Module(readFileSync(new URL('../../dist/kernels.wasm', import.meta.url)))

  it('imports a memory and nothing else, exports functions and that memory', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
    expect(new Set(WebAssembly.Module.exports(module).map(e => e.kind))).toEqual(new Set(['function', 'memory']))
  })

  it.each(['kernels.wasm', 'shared.wasm'])('%s has no data segment and no mutable state', file => {
    const bytes = readFileSync(new URL(`../../dist/${file}`, import.meta.url))
    const sections: number[] = []
    for (let at = 8; at < bytes.length;) {
      sections.push(bytes[at++]!)
      let size = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]!
        size |= (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
      at += size
    }
    // Section ids: 10 code, 6 globals, 8 start, 11 data.
    expect(sections).toContain(10)
    for (const id of [6, 8, 11]) expect(sections, `section ${id}`).not.toContain(id)
  })
})

describe('registration', () => {
  it('every kernel of tfjs-backend-wasm is there under our name, ours in place of theirs', () => {
    const registered = new Set(tf.getKernelsForBackend('eyes-wasm').map(k => k.kernelName))
    expect([...wasmKernels.keys()].filter(name => !registered.has(name))).toEqual([])
    for (const [name, { config }] of allKernels) expect(tf.getKernel(name, 'eyes-wasm'), name).toBe(config)
    expect(allKernels.get('Conv2D')!.origin).toBe('own')
  })

  it('a second call changes nothing', () => {
    const before = tf.getKernelsForBackend('eyes-wasm')
    registerEyesWasm()
    expect(tf.getKernelsForBackend('eyes-wasm')).toEqual(before)
  })

  it('a gradient that the user has registered himself stays', async () => {
    const mine = { kernelName: 'Sqrt', gradFunc: () => ({ x: () => tf.scalar(42) }) }
    const theirs = tf.getGradient('Sqrt')
    tf.registerGradient(mine)
    await tf.setBackend('eyes-wasm')
    expect(tf.getGradient('Sqrt')).toBe(mine)
    tf.registerGradient(theirs)
  })
})

describe('memory', () => {
  it('the same offset comes back after dispose', () => {
    const first = tf.zeros([1000])
    const at = offset(first)
    first.dispose()
    const second = tf.zeros([1000])
    expect(offset(second)).toBe(at)
    second.dispose()
  })

  it('a clone shares memory, and the last one to go frees it', () => {
    const x = tf.tensor1d([1, 2, 3])
    const before = backend.numDataIds()
    const clone = x.clone()
    expect(offset(clone)).toBe(offset(x))
    x.dispose()
    expect([...clone.dataSync()]).toEqual([1, 2, 3])
    expect(backend.numDataIds()).toBe(before)
    clone.dispose()
    expect(backend.numDataIds()).toBe(before - 1)
  })

  it('1000 convolutions with gradients lose nothing', () => {
    for (let i = 0; i < 3; i++) convolveAndBack()
    const state = () => {
      const probe = tf.zeros([50_000])
      const at = offset(probe)
      probe.dispose()
      return { bytes: backend.memoryBytes, ids: backend.numDataIds(), tensors: tf.memory().numTensors, next: at }
    }
    const before = state()
    for (let i = 0; i < 1000; i++) convolveAndBack()
    expect(state()).toEqual(before)
  })

  it('neither do fall-backs: NCHW, dilation, other activations', () => {
    const run = () =>
      tf.tidy(() => {
        const x = tf.ones<tf.Rank.R4>([1, 3, 8, 8])
        const filter = tf.ones<tf.Rank.R4>([3, 3, 3, 2])
        const options = { x, filter, strides: 1, pad: 'same', dataFormat: 'NCHW', dilations: 2 } as const
        tf.fused.conv2d({ ...options, bias: tf.scalar(1), activation: 'relu6' })
        tf.fused.conv2d({ ...options, activation: 'prelu', preluActivationWeights: tf.scalar(0.5) })
        tf.grad((f: tf.Tensor) => tf.conv2d(x, f as tf.Tensor4D, 1, 'same', 'NCHW'))(filter)
        tf.conv2dTranspose(tf.ones<tf.Rank.R4>([1, 8, 8, 2]), filter, [1, 4, 4, 3], 1, 'same')
      })
    run()
    const before = { ids: backend.numDataIds(), tensors: tf.memory().numTensors }
    for (let i = 0; i < 20; i++) run()
    expect({ ids: backend.numDataIds(), tensors: tf.memory().numTensors }).toEqual(before)
  })

  it('growth between two kernels of one backward pass does no harm', () => {
    const kept: tf.Tensor[] = []
    const start = backend.memoryBytes
    const grow = () => kept.push(tf.keep(tf.zeros([6_000_000])))
    /** The identity, growing memory on its way forward and on its way back. */
    const growing = tf.customGrad(x => {
      grow()
      return { value: (x as tf.Tensor4D).clone(), gradFunc: (dy: tf.Tensor4D) => (grow(), dy.clone()) }
    })
    const network = (x: tf.Tensor4D) => {
      const h = tf.conv2d(x, tf.ones([3, 3, 2, 4]), 1, 'same')
      return tf.conv2d(growing(h), tf.ones([3, 3, 4, 1]), 1, 'same')
    }
    const gradient = () =>
      tf.tidy(() =>
        tf
          .grad(network as (x: tf.Tensor) => tf.Tensor)(tf.ones([1, 6, 6, 2]))
          .dataSync(),
      )
    const [first, second] = [gradient(), gradient()]
    expect(backend.memoryBytes).toBeGreaterThan(start)
    // In the middle, 9 taps of each of 4 channels pass on 9 taps of one.
    expect(first[2 * (2 * 6 + 2)]).toBe(9 * 4 * 9)
    expect(second).toEqual(first)
    for (const t of kept) t.dispose()
  })

  it('growth inside a kernel does no harm: its own output is larger than all memory before', () => {
    const side = Math.ceil(Math.sqrt(backend.memoryBytes / 4 / 24)) + 50
    const before = backend.memoryBytes
    const corner = tf.tidy(() => {
      const y = tf.conv2d(tf.ones<tf.Rank.R4>([1, side, side, 1]), tf.ones([3, 3, 1, 24]), 1, 'same')
      expect(backend.memoryBytes).toBeGreaterThan(before)
      return tf.slice(y, [0, side - 2, side - 2, 0], [1, 2, 2, 24]).dataSync()
    })
    const expected = [9, 6, 6, 4].flatMap(count => Array<number>(24).fill(count))
    expect([...corner]).toEqual(expected)
  })

  it('a kernel that throws leaves nothing behind', () => {
    const strings = tf.tensor2d(['a', 'b', 'c', 'd'], [2, 2], 'string')
    const [z, w] = [tf.complex([1, 2], [3, 4]), tf.complex([1, 2, 3], [4, 5, 6])]
    const ids = tf.tensor1d([0, 9], 'int32')
    const whole = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const refused: (() => tf.Tensor | tf.Tensor[])[] = [
      () => tf.slice(strings, [0, 1], [2, 2]),
      () => tf.gather(strings, ids),
      () => tf.mul(z, w),
      () => tf.add(z, w),
      () => tf.mul(z, tf.tensor1d([1, 2, 3], 'int32')),
      () => tf.concat([whole, strings]),
      () => tf.engine().runKernel<tf.Tensor>('SplitV', { x: z }, { numOrSizeSplits: [1, -1, -1], axis: 0 }),
      () => tf.sparse.sparseSegmentSum(whole, ids, tf.tensor1d([0, 1], 'int32')),
    ]
    const held = () => ({ ids: backend.numDataIds(), ...tf.memory() })
    const shares = () => [strings, z, w, ids, whole].map(t => backend.refCount(t.dataId))
    const before = { ...held(), shares: shares() }
    for (const call of refused) {
      expect(() => tf.tidy(call), call.toString()).toThrow()
      expect({ ...held(), shares: shares() }, call.toString()).toEqual(before)
    }
    tf.dispose([strings, z, w, ids, whole])
  })

  it('an arena that cannot be had is an error, after which the backend still works', () => {
    // More than the allocator can count, more than 32 bits hold, and a size as a kernel returns it, signed.
    for (const bytes of [2 ** 31, 0xfffe0000, 0xffffff00, -0x20000]) {
      expect(() => backend.scratch(bytes)).toThrow('no memory left')
      const y = tf.tidy(() =>
        tf.conv2d(tf.ones<tf.Rank.R4>([1, 3, 3, 1]), tf.ones([3, 3, 1, 1]), 1, 'valid').dataSync(),
      )
      expect([...y]).toEqual([9])
    }
  })

  it('a tensor that does not fit is an error, and the others keep their values', () => {
    const first = tf.tensor1d([1, 2, 3])
    // Nobody writes into these, so that the system gives no pages for them.
    const large: tf.Tensor[] = []
    const add = () => large.push(tf.engine().makeTensorFromTensorInfo(backend.output([2 ** 28 - 2 ** 20])))
    expect(() => Array.from({ length: 5 }, add)).toThrow(/no memory left for 1069547520 bytes.*tf\.tidy/)
    expect(large).toHaveLength(3)
    expect(() => backend.output([2 ** 29])).toThrow('no memory left for 2147483648 bytes')
    expect(() => backend.output([2 ** 30])).toThrow('no memory left for 4294967296 bytes')
    tf.dispose(large)
    expect([...tf.tidy(() => tf.add(first, tf.ones([3])).dataSync())]).toEqual([2, 3, 4])
    first.dispose()
  })
})
