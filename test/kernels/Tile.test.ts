// Tile, Concat and SplitV on our backend against plain loops: every rank, repeated axes and kept ones, and each type's element size.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { itRandom, useBackend } from './harness.js'

useBackend()

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** The coordinates of element i of a tensor. */
const placeOf = (i: number, shape: readonly number[]) =>
  shape.reduceRight<number[]>((place, size) => {
    place.unshift(i % size)
    i = Math.floor(i / size)
    return place
  }, [])

const indexOf = (place: readonly number[], shape: readonly number[]) =>
  place.reduce((index, at, axis) => index * shape[axis]! + at, 0)

describe('Tile', () => {
  const cases: [number[], number[]][] = [
    [[1], [1]],
    [[1], [37]],
    [[5], [3]],
    [
      [1, 1, 1, 7],
      [3, 4, 5, 1],
    ],
    [
      [3, 4, 5, 1],
      [1, 1, 1, 19],
    ],
    [
      [2, 1, 3, 1],
      [1, 4, 1, 2],
    ],
    [
      [2, 3],
      [2, 2],
    ],
    [
      [2, 3, 2],
      [3, 1, 2],
    ],
    [
      [1, 4, 1, 2, 1],
      [2, 1, 3, 1, 2],
    ],
    [
      [16, 9],
      [70, 1],
    ],
    [[3], [0]],
    [
      [0, 2],
      [2, 3],
    ],
  ]

  itRandom('repeats along any axes, for every type', random => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      for (const [shape, reps] of cases) {
        const values = [...random.floats(sizeOf(shape), 100)].map(v =>
          dtype === 'bool' ? Number(v > 0) : Math.round(v) + 0,
        )
        const y = tf.tile(tf.tensor(values, shape, dtype), reps)
        const outShape = shape.map((size, axis) => size * reps[axis]!)
        const expected = Array.from({ length: sizeOf(outShape) }, (_, i) => {
          const place = placeOf(i, outShape).map((at, axis) => at % shape[axis]!)
          return values[indexOf(place, shape)]!
        })
        expect([y.dtype, y.shape]).toEqual([dtype, outShape])
        expect([...y.dataSync()], `${dtype} [${shape.join(', ')}] x [${reps.join(', ')}]`).toEqual(expected)
      }
    }
  })
})

describe('Concat and SplitV', () => {
  /** Row lengths below, at and above a vector, and above what goes by vectors. */
  const cases: [number[], number, number[]][] = [
    [[7], 0, [3, 4]],
    [[2, 3, 4, 12], 3, [4, 8]],
    [[2, 3, 4, 13], 3, [1, 4, 8]],
    [[2, 3, 600], 2, [260, 340]],
    [[2, 6, 5], 1, [1, 3, 2]],
    [[4, 2], 0, [1, 3]],
    [[3, 4], 1, [0, 4]],
    [[3, 5], 1, [2, 0, 3]],
  ]

  itRandom('cut along any axis and join again, for every type', random => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      for (const [shape, axis, sizes] of cases) {
        const values = [...random.floats(sizeOf(shape), 100)].map(v =>
          dtype === 'bool' ? Number(v > 0) : Math.round(v) + 0,
        )
        const parts = tf.split(tf.tensor(values, shape, dtype), sizes, axis)
        let before = 0
        parts.forEach((part, k) => {
          const partShape = shape.with(axis, sizes[k]!)
          const expected = Array.from({ length: sizeOf(partShape) }, (_, i) => {
            const place = placeOf(i, partShape)
            return values[indexOf(place.with(axis, place[axis]! + before), shape)]!
          })
          before += sizes[k]!
          expect([part.dtype, part.shape]).toEqual([dtype, partShape])
          expect([...part.dataSync()]).toEqual(expected)
        })
        const whole = tf.concat(parts, axis)
        expect([whole.dtype, whole.shape]).toEqual([dtype, shape])
        expect([...whole.dataSync()]).toEqual(values)
      }
    }
  })

  it('leaves strings to tfjs', () => {
    const x = [
      tf.tensor([['a'], ['b']]),
      tf.tensor([
        ['c', 'd'],
        ['e', 'f'],
      ]),
    ]
    expect(tf.concat(x, 1).arraySync()).toEqual([
      ['a', 'c', 'd'],
      ['b', 'e', 'f'],
    ])
  })
})
