// Walks a WebAssembly module's code, instruction by instruction, by a real parser (binaryen's disassembler, which comes with AssemblyScript):
// bytes alone would be misread, for constants may look like instructions.
import binaryen from 'binaryen'

/** Names of the relaxed-SIMD instructions in a module, each once. */
export function relaxedInstructions(bytes: Uint8Array): string[] {
  const module = binaryen.readBinary(bytes)
  try {
    return [...new Set(module.emitText().match(/\b[\w.]*relaxed[\w.]*/g) ?? [])].sort()
  } finally {
    module.dispose()
  }
}

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)])
const section = (id: number, body: readonly number[]) => [id, ...leb(body.length), ...body]

/** A module of one function (v128, v128, v128) -> v128 whose one instruction is 0xfd `opcode`, of `operands` operands. */
export function moduleWith(opcode: number, operands: 1 | 2 | 3): Uint8Array<ArrayBuffer> {
  const v128 = 0x7b
  const gets = [0, 1, 2].slice(0, operands).flatMap(local => [0x20, local])
  const code = [0, ...gets, 0xfd, ...leb(opcode), 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, v128, v128, v128, 1, v128]),
    ...section(3, [1, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ])
}
