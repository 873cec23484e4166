// The doctor's checks on machines that we do not have.
import { describe, expect, it } from 'vitest'
import {
  checkCores,
  checkMemory,
  checkNode,
  checkSharedMemory,
  checkSimd,
  checkVectors,
  isAtLeast,
  parseCpuMax,
} from '../../src/cli/machine.js'
import { threadsShareMemory } from '../../src/cli/shared-memory.js'

const gibibyte = 1024 ** 3

describe('doctor', () => {
  it('compares versions by number', () => {
    expect(isAtLeast('20.19.0', '20.19.0')).toBe(true)
    expect(isAtLeast('20.9.0', '20.19.0')).toBe(false)
    expect(isAtLeast('24.0.0', '20.19.0')).toBe(true)
    expect(isAtLeast('18.20.1', '20.19.0')).toBe(false)
    expect(checkNode('18.20.1', '10.2')).toMatchObject({
      status: 'failure',
      cure: expect.stringContaining('20.19') as string,
    })
    expect(checkNode('20.19.0', '11.3').status).toBe('ok')
  })

  it('reads the container limit of control groups', () => {
    expect(parseCpuMax('max 100000\n')).toBeNull()
    expect(parseCpuMax('150000 100000\n')).toBe(1.5)
    expect(parseCpuMax('-1 100000')).toBeNull()
    expect(parseCpuMax('')).toBeNull()
  })

  it('says what to do when the container allows fewer CPUs than there are cores', async () => {
    expect(await checkCores(8, 2.5)).toMatchObject({
      status: 'warning',
      cure: expect.stringContaining('--threads 2,') as string,
    })
    expect(await checkCores(8, 0.5)).toMatchObject({ cure: expect.stringContaining('--threads 1,') as string })
    expect(await checkCores(8, null)).toMatchObject({ status: 'ok' })
    expect(await checkCores(2, 2)).toMatchObject({ status: 'ok' })
  })

  it('tells a memory limit from none', () => {
    expect(checkMemory(16 * gibibyte, 0)).toEqual({ name: 'Memory', status: 'ok', found: '16.0 GiB' })
    expect(checkMemory(16 * gibibyte, 2 ** 63)).toMatchObject({ found: '16.0 GiB' })
    expect(checkMemory(16 * gibibyte, gibibyte / 2)).toMatchObject({
      status: 'warning',
      found: '16.0 GiB, container limit 0.5 GiB',
    })
  })

  it('says how wide vectors are, and why not wider', () => {
    const why = () => 'V8 11.3, wanted 13.6 or later'
    expect(checkVectors('simd128', why)).toEqual({
      name: 'Vectors',
      status: 'ok',
      found: '128-bit (V8 11.3, wanted 13.6 or later)',
    })
    expect(checkVectors('revectorized', why, '13.6.233.17-node.53').found).toBe('256-bit pairs (revectorized, V8 13.6)')
  })

  it('finds SIMD and shared memory here, and says what to do without', async () => {
    expect(checkSimd().status).toBe('ok')
    expect((await checkSharedMemory()).status).toBe('ok')
    expect(checkSimd(false)).toMatchObject({ status: 'failure', cure: expect.any(String) as string })
    const without = await checkSharedMemory(Promise.resolve(false))
    expect(without).toMatchObject({ status: 'failure', cure: expect.any(String) as string })
  })

  it.each([
    ['writes nothing', "require('node:worker_threads').parentPort.postMessage('done')"],
    ['throws', "throw new Error('no')"],
    ['ends', 'process.exit()'],
  ])('sees a thread that %s', async (_, program) => {
    expect(await threadsShareMemory(program)).toBe(false)
  })
})
