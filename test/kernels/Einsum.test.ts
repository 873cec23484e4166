// Einsum (tfjs #7439): equations of one and two tensors against their definition, in plain loops over every label, and the errors.
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectWithin, itRandom, ourBackend, sumBound, useBackend } from './harness.js'

useBackend()

const sizeOf: Record<string, number> = { b: 2, h: 3, i: 4, j: 5, k: 6, l: 7 }

/** The sum over all labels that the output has not, by its definition, and the sum of the terms' sizes. */
function definition(equation: string, values: readonly ArrayLike<number>[]) {
  const [left, output] = equation.split('->') as [string, string]
  const inputs = left.split(',')
  const labels = [...new Set(Array.from(output + left.replace(',', '')))]
  const total = labels.reduce((n, label) => n * sizeOf[label]!, 1)
  const outSize = Array.from(output).reduce((n, label) => n * sizeOf[label]!, 1)
  const [expected, sizes] = [new Float64Array(outSize), new Float64Array(outSize)]
  for (let n = 0; n < total; n++) {
    let rest = n
    const at = new Map(
      labels.map(label => [label, [rest % sizeOf[label]!, (rest = Math.floor(rest / sizeOf[label]!))][0]!]),
    )
    const offset = (term: string) => Array.from(term).reduce((sum, label) => sum * sizeOf[label]! + at.get(label)!, 0)
    const product = inputs.reduce((p, term, i) => p * values[i]![offset(term)]!, 1)
    expected[offset(output)]! += product
    sizes[offset(output)]! += Math.abs(product)
  }
  return { expected, sizes, terms: total / outSize }
}

describe('Einsum (tfjs #7439)', () => {
  const equations = [
    'i->i i-> ij->ji ij-> ij->j bij->jb',
    'i,i-> i,i->i i,j->ij i,j->ji i,j-> ij,jk->ik ij,kj->ik ji,jk->ik ji,kj->ki ij,j->i j,ij->i ij,ij->ij ij,ij->i ij,kl->il',
    'bij,bjk->bik bij,bkj->bik bhij,bhkj->bhik bihj,bkhj->bhik bhik,bkhj->bihj bij,jk->bik bij,bik->jk bij,bji->b hij,bjk->bhik',
    'bijk,jkl->bil bi,bi->b bijl,blkh->bjkih',
  ].flatMap(line => line.split(' '))

  itRandom('is its definition', random => {
    for (const equation of equations) {
      const terms = equation.split('->')[0]!.split(',')
      const tensors = terms.map(term => {
        const shape = Array.from(term).map(label => sizeOf[label]!)
        return tf.tensor(random.floats(tf.util.sizeFromShape(shape)), shape)
      })
      const before = tf.memory()
      const actual = tf.einsum(equation, ...tensors)
      expect(tf.memory().numDataBuffers - before.numDataBuffers, equation).toBeLessThanOrEqual(1)
      const {
        expected,
        sizes,
        terms: length,
      } = definition(
        equation,
        tensors.map(t => t.dataSync()),
      )
      expect(actual.shape, equation).toEqual(Array.from(equation.split('->')[1]!).map(label => sizeOf[label]!))
      expectWithin(actual.dataSync(), expected, sumBound(length), sizes, equation)
    }
  })

  it('leaves its inputs alone, and its output lives on its own', () => {
    const x = tf.tensor1d([1, 2, 3, 4])
    const y = tf.einsum('i->i', x)
    x.dispose()
    expect([...y.dataSync()]).toEqual([1, 2, 3, 4])
    y.dispose()
  })

  it('counts booleans, and multiplies numbers of two types', () => {
    tf.tidy(() => {
      const [all, row] = [tf.ones([3, 400], 'bool'), tf.ones([400], 'bool')]
      const before = ourBackend().numDataIds()
      for (const y of [tf.einsum('ij,kj->ik', all, all), tf.einsum('ij,j->i', all, row)]) {
        expect([y.dtype, y.dataSync()[0]]).toEqual(['int32', 400])
        y.dispose()
      }
      expect(ourBackend().numDataIds()).toBe(before)
      expect(tf.einsum('ij->ji', all).dtype).toBe('bool')
      const mixed = tf.einsum('i,i->', tf.tensor1d([1, 2], 'int32'), tf.tensor1d([0.5, 0.25]))
      expect([mixed.dtype, ...mixed.dataSync()]).toEqual(['float32', 1])
    })
  })

  it('multiplies integers', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32')
    const y = tf.einsum('ij,jk->ik', x, x)
    expect([y.dtype, ...y.dataSync()]).toEqual(['int32', 7, 10, 15, 22])
  })

  it('refuses what tfjs refuses', () => {
    const x = tf.zeros([2, 3])
    expect(() => tf.einsum('ij,jk->ik', x, x)).toThrow(/Expected dimension 3 at axis 0/)
    expect(() => tf.einsum('ij', x)).toThrow(/without an arrow/)
    expect(() => tf.einsum('ii->i', x)).toThrow(/duplicate axes/)
    expect(() => tf.einsum('...j->j', x)).toThrow(/ellipsis/)
    expect(() => tf.einsum('ij->k', x)).toThrow(/not present/)
    expect(() => tf.einsum('ij,jk,kl->il', x, x, x)).toThrow(/more than 2/)
  })
})
