// docs/backend.md's table of kernels is that of the registry, and the registry has every kernel that tfjs-backend-cpu has.
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import '../../src/backend.js'
import { allKernels } from '../../src/kernels/register.js'
import { otherTypesOf } from '../../src/kernels/value-types.js'
import { kernelTable } from '../../tools/kernel-rows.js'

describe('the kernels', () => {
  it('stand in docs/backend.md as they are registered; otherwise: npm run kernels:table', () => {
    const page = readFileSync(new URL('../../docs/backend.md', import.meta.url), 'utf8')
    const [, block] = /<!-- kernels:start -->\n([^]*)<!-- kernels:end -->/.exec(page)!
    expect(block!.trim()).toBe(kernelTable(allKernels, otherTypesOf))
    expect(block).toContain('| `FFT` | ours | `complex64` |')
    expect(block).toContain('| `Rsqrt` | tfjs |  |')
  })

  it('are all that the cpu backend has', () => {
    const names = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName)
    const ours = new Set(names('eyes-wasm'))
    expect(names('cpu')).toHaveLength(172)
    expect(names('cpu').filter(name => !ours.has(name))).toEqual([])
  })
})
