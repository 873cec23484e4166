// Rows of bytes from one place to another, each side with a step of its own: what slices, splits and concatenations are made of. Not here: what
// the rows are (src/kernels/Slice.ts, Concat.ts), nor rows that overlap.

/** From here on the host's copying is faster than a loop, its call included. */
const longRow: i32 = 512

/** Row i goes from `from + i fromStep` to `to + i toStep`; steps in bytes, also below 0. */
export function copyRows(
  from: usize, // rows of `bytes`   read
  to: usize, //   rows of `bytes`   written
  rows: i32,
  bytes: i32,
  fromStep: i32,
  toStep: i32,
): void {
  const isLong = bytes >= longRow
  const vectors = bytes & ~15
  for (let row = 0; row < rows; row++) {
    if (isLong) {
      memory.copy(to, from, bytes)
    } else {
      let i = 0
      for (; i < vectors; i += 16) v128.store(to + i, v128.load(from + i))
      for (; i + 4 <= bytes; i += 4) store<u32>(to + i, load<u32>(from + i))
      for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i))
    }
    from += fromStep
    to += toStep
  }
}
