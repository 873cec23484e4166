// The built backend (dist/backend.js) in somebody's own program: a real process with its own copy of tfjs-core and, beside ours, the
// plain 'wasm' backend. `npm test` builds dist/ first.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs an ES module from the repository's root; it must end by itself. */
function run(script: string) {
  const imports = `
    import * as tf from '@tensorflow/tfjs-core'
    import '@tensorflow/tfjs-backend-wasm'
    import { backendName } from './dist/backend.js'`
  const options = { cwd: root, encoding: 'utf8', timeout: 30_000 } as const
  return spawnSync(process.execPath, ['--input-type=module', '-e', imports + script], options)
}

describe('eyes-wasm beside the user’s own wasm', () => {
  it('both are right, used in turn, also on each other’s tensors', () => {
    const { stdout, stderr, status } = run(`
      await tf.setBackend('wasm')
      const x = tf.reshape(tf.range(0, 252), [2, 7, 6, 3])
      const w = tf.reshape(tf.cos(tf.range(0, 135)), [3, 3, 3, 5])
      const results = { wasm: [], 'eyes-wasm': [], version: tf.version_core }
      for (let round = 0; round < 3; round++) {
        for (const name of ['wasm', backendName]) {
          if (!(await tf.setBackend(name))) throw new Error(name)
          tf.tidy(() => {
            const y = tf.fused.conv2d({ x, filter: w, strides: 2, pad: 'same', bias: tf.ones([5]), activation: 'relu' })
            const all = tf.concat([tf.reshape(tf.tanh(tf.mul(y, 0.001)), [-1]), tf.reshape(tf.softmax(tf.reshape(tf.mul(y, 0.001), [-1, 5])), [-1])])
            results[name].push(Array.from(all.dataSync()))
          })
        }
      }
      const dw = tf.grad(f => tf.conv2d(x, f, 1, 'same'))(w)
      results.gradient = dw.shape
      results.kernels = tf.getKernelsForBackend('wasm').filter(k => k.kernelName.startsWith('Eyes')).length
      console.log(JSON.stringify(results))`)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const results = JSON.parse(stdout) as {
      wasm: number[][]
      'eyes-wasm': number[][]
      version: string
      gradient: number[]
      kernels: number
    }
    expect(results.version).toBe('4.22.0')
    expect(results.gradient).toEqual([3, 3, 3, 5])
    // The user's 'wasm' has none of our kernels.
    expect(results.kernels).toBe(0)
    const [theirs, ours] = [results.wasm, results['eyes-wasm']]
    expect(theirs[0]!.length).toBe(2 * 2 * 4 * 3 * 5)
    for (const values of ours) expect(values).toEqual(ours[0])
    for (const values of theirs) expect(values).toEqual(theirs[0])
    ours[0]!.forEach((value, i) => expect(Math.abs(value - theirs[0]![i]!)).toBeLessThan(1e-4))
  })

  it('an uncaught error of the program stays its own: message and exit code 1', () => {
    const { stderr, status } = run(`
      await tf.setBackend(backendName)
      setTimeout(() => { throw new Error('thrown by the program') })`)
    expect(stderr).toContain('thrown by the program')
    expect(status).toBe(1)
  })
})
