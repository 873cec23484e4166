// Rows of a tensor by number, of any type. Twin: src/kernels/GatherV2.ts, which checks shapes and numbers.

/** y [count, bytes] = x [rows, bytes] at ids [count] int32; row numbers are in range. */
export function gatherRows(x: usize, ids: usize, y: usize, count: i32, bytes: usize): void {
  for (; count > 0; count--) {
    const from = x + <usize>load<i32>(ids) * bytes
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) v128.store(y + i, v128.load(from + i))
    for (; i + 4 <= bytes; i += 4) store<i32>(y + i, load<i32>(from + i))
    for (; i < bytes; i++) store<u8>(y + i, load<u8>(from + i))
    y += bytes
    ids += 4
  }
}
