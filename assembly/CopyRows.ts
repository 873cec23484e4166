// Rows of bytes from one place to another, each with a pitch of its own: the parts of a concatenation and of a split. Twins:
// src/kernels/Concat.ts and SplitV.ts. Row lengths that are whole vectors go by vectors, as memory.copy is a call.

export function copyRows(
  from: usize, // rows of `bytes`, `fromPitch` apart   read
  fromPitch: usize,
  to: usize, // rows of `bytes`, `toPitch` apart       written
  toPitch: usize,
  bytes: usize,
  rows: i32,
): void {
  if (bytes == fromPitch && bytes == toPitch) {
    memory.copy(to, from, bytes * <usize>rows)
    return
  }
  if (bytes & 15 || bytes > 1024) {
    for (; rows > 0; rows--) {
      memory.copy(to, from, bytes)
      from += fromPitch
      to += toPitch
    }
    return
  }
  for (; rows > 0; rows--) {
    for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i))
    from += fromPitch
    to += toPitch
  }
}
