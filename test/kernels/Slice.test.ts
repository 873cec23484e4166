// Slice, StridedSlice, Reverse, SplitV and Unpack against plain indexing, over every begin and size of small tensors of each rank and type.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { useBackend } from './harness.js'

useBackend()

/** Values 0, 1, 2 ... in this shape. */
const counting = (shape: number[], dtype: 'float32' | 'int32') =>
  tf.reshape(tf.range(0, tf.util.sizeFromShape(shape), 1, dtype), shape)

/** All lists with the i-th entry below limits[i]. */
const lists = (limits: number[]): number[][] =>
  limits.reduce<number[][]>(
    (all, limit) => all.flatMap(list => Array.from({ length: limit }, (_, i) => [...list, i])),
    [[]],
  )

/** What slicing `counting(shape)` gives. */
function expected(shape: number[], begin: number[], size: number[], stride: number[]): number[] {
  const steps = [...tf.util.computeStrides(shape), 1]
  return lists(size).map(at => at.reduce((sum, i, axis) => sum + (begin[axis]! + i * stride[axis]!) * steps[axis]!, 0))
}

const shapes = [[7], [3, 5], [2, 3, 4], [2, 1, 3, 2], [2, 2, 1, 2, 3]]

describe('Slice', () => {
  it('takes every part of tensors of rank 1 to 5', () => {
    let count = 0
    for (const shape of shapes) {
      tf.tidy(() => {
        const x = counting(shape, 'float32')
        for (const begin of lists(shape)) {
          for (const less of lists(begin.map((first, axis) => shape[axis]! - first + 1))) {
            const size = less.map((by, axis) => shape[axis]! - begin[axis]! - by)
            const y = tf.slice(x, begin, size)
            if (tf.util.sizeFromShape(size) > 0)
              expect([...y.dataSync()], `${begin.join()} ${size.join()}`).toEqual(
                expected(
                  shape,
                  begin,
                  size,
                  size.map(() => 1),
                ),
              )
            expect(y.shape).toEqual(size)
            y.dispose()
            count++
          }
        }
      })
    }
    expect(count).toBeGreaterThan(1000)
  })

  it('keeps the type', () => {
    tf.tidy(() => {
      const y = tf.slice(tf.tensor1d([0, 1, 1], 'bool'), 1, 2)
      expect([y.dtype, ...y.dataSync()]).toEqual(['bool', 1, 1])
    })
  })

  it('refuses a part beyond the end', () => {
    expect(() => tf.slice(tf.zeros([3, 4]), [1, 0], [3, 4])).toThrow('begin[0] + size[0]')
  })
})

describe('StridedSlice', () => {
  it('takes every begin and stride, forwards and backwards, in the type of x', () => {
    tf.tidy(() => {
      const shape = [5, 4]
      const x = counting(shape, 'int32')
      for (const begin of lists(shape)) {
        for (const stride of [
          [1, 1],
          [2, 1],
          [1, 2],
          [3, 3],
          [-1, 1],
          [-2, -1],
        ]) {
          const end = stride.map((by, axis) => (by > 0 ? shape[axis]! : -shape[axis]! - 1))
          const y = tf.stridedSlice(x, begin, end, stride)
          const size = stride.map((by, axis) =>
            by > 0 ? Math.ceil((shape[axis]! - begin[axis]!) / by) : Math.ceil((begin[axis]! + 1) / -by),
          )
          expect(y.shape).toEqual(size)
          expect(y.dtype).toBe('int32')
          expect([...y.dataSync()]).toEqual(expected(shape, begin, size, stride))
        }
      }
    })
  })

  it('of nothing is empty, of everything the same', () => {
    tf.tidy(() => {
      const x = counting([4, 3], 'float32')
      expect(tf.stridedSlice(x, [3, 0], [1, 3], [1, 1]).shape).toEqual([0, 3])
      expect([...tf.stridedSlice(x, [0, 0], [4, 3], [1, 1]).dataSync()]).toEqual([...x.dataSync()])
    })
  })
})

describe('Reverse', () => {
  it('turns any axes of tensors of rank 1 to 5, of each type', () => {
    tf.tidy(() => {
      for (const shape of shapes) {
        for (const turned of lists(shape.map(() => 2))) {
          const dims = turned.flatMap((yes, axis) => (yes ? [axis % 2 ? axis : axis - shape.length] : []))
          const begin = turned.map((yes, axis) => (yes ? shape[axis]! - 1 : 0))
          const places = expected(
            shape,
            begin,
            shape,
            turned.map(yes => (yes ? -1 : 1)),
          )
          for (const dtype of ['float32', 'bool'] as const) {
            const x = dtype === 'bool' ? tf.cast(tf.mod(counting(shape, 'int32'), 3), 'bool') : counting(shape, dtype)
            const y = tf.reverse(x, dims)
            const of = (value: number) => (dtype === 'bool' ? Number(value % 3 !== 0) : value)
            expect([y.dtype, ...y.dataSync()], `${dtype} [${shape.join()}] ${dims.join()}`).toEqual([
              dtype,
              ...places.map(of),
            ])
          }
        }
      }
      expect(tf.reverse(tf.zeros([2, 0]), 1).shape).toEqual([2, 0])
      expect(tf.reverse(tf.scalar(3), []).dataSync()).toEqual(Float32Array.of(3))
      const twice = tf.engine().runKernel<tf.Tensor>('Reverse', { x: tf.tensor1d([1, 2]) }, { dims: [0, -1] })
      expect([...twice.dataSync()]).toEqual([2, 1])
    })
  })
})

describe('rows of every length', () => {
  it('are copied whole, by bytes, words, vectors and at once', () => {
    tf.tidy(() => {
      for (const dtype of ['float32', 'bool'] as const) {
        for (const length of [1, 2, 3, 4, 5, 8, 11, 12, 13, 16, 47, 48, 49, 64, 256, 257, 260, 1024, 1040]) {
          const shape = [3, length + 1]
          const x = tf.tensor(
            Array.from({ length: 3 * (length + 1) }, (_, i) => (dtype === 'bool' ? Number(i % 3 === 0) : i)),
            shape,
            dtype,
          )
          const values = x.dataSync()
          const rows = [0, 1, 2].flatMap(row => [...values.slice(row * (length + 1) + 1, (row + 1) * (length + 1))])
          const y = tf.slice(x, [0, 1], [3, length])
          expect([...y.dataSync()], `${dtype} ${length}`).toEqual(rows)
        }
      }
    })
  })
})

describe('SplitV and Unpack', () => {
  it('cut along every axis, and concat and stack undo them', () => {
    for (const axis of [0, 1, 2, -1]) {
      tf.tidy(() => {
        const x = counting([4, 6, 8], 'float32')
        const side = x.shape.at(axis)!
        const parts = tf.split(x, [1, side - 3, 2], axis)
        expect(parts.map(part => part.shape.at(axis))).toEqual([1, side - 3, 2])
        expect([...tf.concat(parts, axis).dataSync()]).toEqual([...x.dataSync()])
        const rows = tf.unstack(x, axis)
        expect(rows).toHaveLength(side)
        expect([...tf.stack(rows, axis).dataSync()]).toEqual([...x.dataSync()])
      })
    }
  })
})
