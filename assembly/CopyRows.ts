// Blocks of bytes from one place to another: the parts of a concatenation, a split or a slice, a reversal, a padding. Twins: src/kernels/Concat.ts
// and SplitV.ts, and src/kernels/copy-block.ts for more than one axis. Pitches may be negative. Short rows go by vectors, words or bytes, as
// memory.copy is a call.

/** Rows of up to this many bytes go by vectors where they are whole ones; by words, of up to SHORT. */
const LONG: usize = 1024
const SHORT: usize = 48

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
  } else if (bytes == 4) {
    for (; rows > 0; rows--) {
      store<i32>(to, load<i32>(from))
      from += fromPitch
      to += toPitch
    }
  } else if ((bytes & 15) == 0 && bytes <= LONG) {
    for (; rows > 0; rows--) {
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i))
      from += fromPitch
      to += toPitch
    }
  } else if (bytes <= SHORT) {
    for (; rows > 0; rows--) {
      let i: usize = 0
      for (; i + 4 <= bytes; i += 4) store<i32>(to + i, load<i32>(from + i))
      for (; i < bytes; i++) store<u8>(to + i, load<u8>(from + i))
      from += fromPitch
      to += toPitch
    }
  } else {
    for (; rows > 0; rows--) {
      memory.copy(to, from, bytes)
      from += fromPitch
      to += toPitch
    }
  }
}

/** One axis of the record: how many steps it has, and the bytes from one to the next in either place. All int32. */
@unmanaged
class BlockAxis {
  count: i32
  fromPitch: usize
  toPitch: usize
}

export function copyBlock(
  from: usize, // read
  to: usize, // written
  axes: usize, // BlockAxis[rank], the outermost first
  rank: i32, // at least 1
  bytes: usize, // of each row
): void {
  const axis = changetype<BlockAxis>(axes)
  if (rank == 1) {
    copyRows(from, axis.fromPitch, to, axis.toPitch, bytes, axis.count)
    return
  }
  for (let i = axis.count; i > 0; i--) {
    copyBlock(from, to, axes + offsetof<BlockAxis>(), rank - 1, bytes)
    from += axis.fromPitch
    to += axis.toPitch
  }
}
