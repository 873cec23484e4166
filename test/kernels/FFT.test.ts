// Fourier transforms against the sum that they are, for lengths of every kind: powers of 4 and 2, odd factors, primes with and without
// Bluestein's way. Poisoned, guarded memory (harness.ts).
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { fourierRows } from '../reference/fourier.js'
import { everywhere, expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

/** Largest absolute value of a result whose inputs are below 1 in each part. */
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const lengths = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 20, 31, 32, 36, 45, 49, 60, 61, 64, 67, 100, 101, 122, 127, 128, 134, 251,
  256, 360,
]

describe('FFT and IFFT', () => {
  itRandom('are the sum, row by row, for every kind of length', random => {
    for (const n of lengths) {
      const rows = 1 + (n % 3)
      const [re, im] = [random.floats(rows * n), random.floats(rows * n)]
      const x = tf.complex(tf.tensor2d(re, [rows, n]), tf.tensor2d(im, [rows, n]))
      for (const inverse of [false, true]) {
        const wanted = fourierRows({ re, im }, n, inverse)
        const y = inverse ? tf.ifft(x) : tf.fft(x)
        expect(y.shape).toEqual([rows, n])
        expect(y.dtype).toBe('complex64')
        // Errors of an FFT grow as log n; Bluestein's is three of them, with products between (Higham, Accuracy and Stability, 24.1).
        const bound = 6 * unitRoundoff * (4 + Math.log2(n)) * 2
        for (const part of ['re', 'im'] as const) {
          const actual = (part === 're' ? tf.real(y) : tf.imag(y)).dataSync()
          const magnitude = Math.max(largest(wanted.re), largest(wanted.im))
          expectWithin(actual, wanted[part], bound, everywhere(magnitude, actual.length), `${n} ${part} ${inverse}`)
        }
      }
    }
  })

  itRandom('come back to the same values at lengths of speech and pictures', random => {
    for (const n of [480, 1000, 1024, 2049, 1009]) {
      const re = random.floats(n)
      const back = tf.ifft(tf.fft(tf.complex(tf.tensor1d(re), tf.zeros([n]))))
      expectWithin(tf.real(back).dataSync(), re, 64 * unitRoundoff, everywhere(1, n), `${n}`)
      expectWithin(tf.imag(back).dataSync(), new Float32Array(n), 64 * unitRoundoff, everywhere(1, n), `${n}`)
    }
  })

  it('of an impulse are flat, of NaN all NaN, and leave the input as it was', () => {
    tf.tidy(() => {
      const re = new Float32Array(20)
      re[0] = 1
      const x = tf.complex(re, new Float32Array(20))
      expect([...tf.real(tf.fft(x)).dataSync()]).toEqual(Array<number>(20).fill(1))
      expect([...tf.real(x).dataSync()]).toEqual([...re])
      re[3] = NaN
      expect([...tf.real(tf.fft(tf.complex(re, new Float32Array(20)))).dataSync()].every(Number.isNaN)).toBe(true)
    })
  })

  it('of nothing is nothing', () => {
    tf.tidy(() => {
      expect(tf.fft(tf.complex(tf.zeros([0, 4]), tf.zeros([0, 4]))).shape).toEqual([0, 4])
    })
  })

  itRandom('tf.spectral.rfft and irfft undo each other, tf.signal.stft sees a tone', random => {
    const x = tf.tensor2d(random.floats(3 * 50), [3, 50])
    const back = tf.irfft(tf.rfft(x))
    expectWithin(back.dataSync(), x.dataSync(), 64 * unitRoundoff, everywhere(1, 150), 'irfft')
    const tone = tf.cos(tf.mul(tf.range(0, 256), (2 * Math.PI * 8) / 64))
    const frames = tf.abs(tf.signal.stft(tone as tf.Tensor1D, 64, 32))
    expect(frames.shape).toEqual([7, 33])
    expect([...tf.argMax(frames, 1).dataSync()]).toEqual(Array<number>(7).fill(8))
  })
})
