// Both ways of resizing, with their gradients, on our backend against the float64 reference: larger, smaller, to one pixel and from one.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { resize, resizeGradient, type Resizing } from '../reference/resize.js'
import { everywhere, expectWithin, itRandom, unitRoundoff, useBackend } from './harness.js'

useBackend()

const sizes = [
  [
    [4, 4],
    [8, 8],
  ],
  [
    [3, 5],
    [7, 4],
  ],
  [
    [8, 6],
    [3, 3],
  ],
  [
    [5, 7],
    [5, 7],
  ],
  [
    [1, 1],
    [3, 2],
  ],
  [
    [4, 5],
    [1, 1],
  ],
] as const

function cases(kind: Resizing['kind']): Resizing[] {
  return sizes.flatMap(([from, to]) =>
    [1, 3, 4, 5, 8, 9].flatMap(channels =>
      [
        [false, false],
        [true, false],
        [false, true],
      ].map(([alignCorners, halfPixelCenters]) => ({
        ...{ kind, batch: 2, from, to, channels },
        ...{ alignCorners: alignCorners!, halfPixelCenters: halfPixelCenters! },
      })),
    ),
  )
}

const shapes = (r: Resizing) => ({
  x: [r.batch, ...r.from, r.channels] as [number, number, number, number],
  y: [r.batch, ...r.to, r.channels] as [number, number, number, number],
})

function apply(x: tf.Tensor, r: Resizing): tf.Tensor {
  const op = r.kind === 'bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor
  return op(x as tf.Tensor4D, [...r.to], r.alignCorners, r.halfPixelCenters)
}

const describeResizing = (r: Resizing) => JSON.stringify(r)

describe.each(['bilinear', 'nearest'] as const)('%s', kind => {
  itRandom('gives each new pixel by its old ones', random => {
    for (const r of cases(kind)) {
      tf.tidy(() => {
        const { x: xShape, y: yShape } = shapes(r)
        const x = random.floats(tf.util.sizeFromShape(xShape))
        const y = apply(tf.tensor(x, xShape), r)
        expect(y.shape).toEqual(yShape)
        const expected = resize(x, r)
        // Three interpolations of values below 1, by shares that are rounded.
        const bound = kind === 'nearest' ? 0 : 16 * unitRoundoff
        if (bound === 0) expect([...y.dataSync()], describeResizing(r)).toEqual([...expected])
        else expectWithin(y.dataSync(), expected, bound, everywhere(1, expected.length), describeResizing(r))
      })
    }
  })

  itRandom('gives dy back to the old pixels by the same shares, with halfPixelCenters too', random => {
    for (const r of cases(kind)) {
      tf.tidy(() => {
        const { x: xShape, y: yShape } = shapes(r)
        const dy = random.floats(tf.util.sizeFromShape(yShape))
        const dx = tf.grad(x => apply(x, r))(tf.zeros(xShape), tf.tensor(dy, yShape))
        expect(dx.shape).toEqual(xShape)
        const expected = resizeGradient(dy, r)
        const most = Math.max(...resizeGradient(dy.map(Math.abs), r))
        expectWithin(dx.dataSync(), expected, 16 * unitRoundoff, everywhere(most, expected.length), describeResizing(r))
      })
    }
  })
})

describe('types', () => {
  it('nearest keeps whole numbers, bilinear makes them floats', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1], 'int32')
    const nearest = tf.image.resizeNearestNeighbor(x, [1, 4])
    expect([nearest.dtype, ...nearest.dataSync()]).toEqual(['int32', 1, 1, 2, 2])
    const bilinear = tf.image.resizeBilinear(x, [1, 4])
    expect([bilinear.dtype, ...bilinear.dataSync()]).toEqual(['float32', 1, 1.5, 2, 2])
  })
})
