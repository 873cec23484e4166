// Rows of a tensor by number, any type of 4 bytes. Twin: src/kernels/GatherV2.ts, which checks shapes and numbers.

/** y [count, length] = x [rows, length] at ids [count]; row numbers are in range. */
export function gatherRows(x: usize, ids: usize, y: usize, count: i32, length: i32): void {
  const bytes = <usize>length << 2
  for (; count > 0; count--) {
    const from = x + <usize>load<i32>(ids) * bytes
    let i: usize = 0
    for (; i + 16 <= bytes; i += 16) v128.store(y + i, v128.load(from + i))
    for (; i < bytes; i += 4) store<i32>(y + i, load<i32>(from + i))
    y += bytes
    ids += 4
  }
}
