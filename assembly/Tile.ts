// A tensor repeated along its axes, for elements of one or four bytes: what broadcasting a gradient over the axes of a mean is. Twin:
// src/kernels/Tile.ts, which joins axes, so that most calls have one or two.

/** One axis of the record: `size` blocks of `inBytes` in x become `size` blocks of `outBytes` in y, and those `reps` times. All int32. */
@unmanaged
class TiledAxis {
  size: i32
  reps: i32
  inBytes: i32
  outBytes: i32
}

/** What is copied at a time stays in the first-level cache. */
const CHUNK: usize = 1 << 13

export function tile(
  x: usize, // read
  y: usize, // written in full
  axes: usize, // TiledAxis[rank]
  rank: i32, // at least 1; the last axis has inBytes = outBytes = an element
): void {
  const axis = changetype<TiledAxis>(axes)
  const block = <usize>axis.size * <usize>axis.outBytes
  const total = block * <usize>axis.reps
  if (total == 0) return
  if (rank > 1) {
    let from = x, to = y
    for (let i = axis.size; i > 0; i--) {
      tile(from, to, axes + offsetof<TiledAxis>(), rank - 1)
      from += <usize>axis.inBytes
      to += <usize>axis.outBytes
    }
  } else if (block == 4) {
    fill(y, load<f32>(x), total)
    return
  } else {
    memory.copy(y, x, block)
  }
  let chunk = block
  for (let done = block; done < total; ) {
    const bytes = min(chunk, total - done)
    memory.copy(y + done, y, bytes)
    done += bytes
    if (chunk < CHUNK) chunk = done
  }
}

function fill(y: usize, value: f32, bytes: usize): void {
  const v = f32x4.splat(value)
  const end = y + bytes
  for (; y + 32 <= end; y += 32) {
    v128.store(y, v)
    v128.store(y, v, 16)
  }
  for (; y < end; y += 4) store<f32>(y, value)
}
