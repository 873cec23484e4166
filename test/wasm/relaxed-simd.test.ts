// No module that we ship or depend on holds a relaxed-SIMD instruction: their results are the host's choice, and weights would differ
// between machines. Ours and tfjs's decide the weights, sharp's the pixels of image folders.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { moduleWith, relaxedInstructions } from '../support/wasm-code.js'

const root = join(import.meta.dirname, '../..')
const below = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.wasm'))
    .map(name => join(folder, name))
const shipped = below(join(root, 'dist'))
const decoders = below(join(root, 'node_modules/@img/sharp-wasm32'))

describe('relaxed SIMD', () => {
  it('every module is looked at', () => {
    const names = shipped.map(path => relative(join(root, 'dist'), path)).sort()
    const built = ['kernels.wasm', 'shared.wasm', 'tfjs-backend-wasm-simd.wasm']
    expect(names, 'npm run build makes these').toEqual([...built, ...built.map(name => join('web', name))])
    expect(decoders.length).toBe(1)
  })

  it.each([...shipped, ...decoders].map(path => [basename(path), path] as const))('%s has none', (_, path) => {
    expect(relaxedInstructions(readFileSync(path))).toEqual([])
  })

  // https://github.com/WebAssembly/relaxed-simd: i8x16.relaxed_swizzle 0x100 to i32x4.relaxed_dot_i8x16_i7x16_add_s 0x113.
  const operandsOf = (opcode: number): 1 | 2 | 3 => {
    if (opcode >= 0x101 && opcode <= 0x104) return 1
    return (opcode >= 0x105 && opcode <= 0x10c) || opcode === 0x113 ? 3 : 2
  }

  it.each(Array.from({ length: 0x14 }, (_, i) => 0x100 + i))('0xfd %i would be found', opcode => {
    expect(relaxedInstructions(moduleWith(opcode, operandsOf(opcode)))).toHaveLength(1)
  })

  it('what is not relaxed is not found', () => {
    // f32x4.add
    expect(relaxedInstructions(moduleWith(0xe4, 2))).toEqual([])
  })
})
