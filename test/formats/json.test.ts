// JSON that we write. What we read is tested through safetensors.test.ts.
import { expect, it } from 'vitest'
import { toJson } from '../../src/formats/json.js'

it('names the numbers that JSON does not have, and leaves all others as they are', () => {
  const value = { psnr: Number.POSITIVE_INFINITY, mse: [0, Number.NaN, -Infinity, 1.5], name: 'inf', none: null }
  expect(JSON.parse(toJson(value))).toEqual({
    psnr: 'Infinity',
    mse: [0, 'NaN', '-Infinity', 1.5],
    name: 'inf',
    none: null,
  })
})
