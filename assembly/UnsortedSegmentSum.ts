// Sum of rows by the number of their segment, float32: gather's gradient, hence Adam's on embeddings. Rows are added in their
// order. Twin: src/kernels/UnsortedSegmentSum.ts, which checks shapes. Rows whose number is no segment's (negative, or too large) count nowhere.

export function unsortedSegmentSum(
  x: usize, // [rows, length]         read
  ids: usize, // [rows] int32         read
  y: usize, // [segments, length]     written in full
  rows: i32,
  length: i32,
  segments: i32,
): void {
  const bytes = <usize>length << 2
  memory.fill(y, 0, <usize>segments * bytes)
  for (; rows > 0; rows--) {
    const id = load<i32>(ids)
    if (<u32>id < <u32>segments) {
      const target = y + <usize>id * bytes
      let i: usize = 0
      for (; i + 16 <= bytes; i += 16) v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(x + i)))
      for (; i < bytes; i += 4) store<f32>(target + i, load<f32>(target + i) + load<f32>(x + i))
    }
    x += bytes
    ids += 4
  }
}
