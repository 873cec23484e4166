// Copies one image into scratch with a border of zeros, so that no kernel tests for the edge of a picture.

/**
 * target: [top + height + bottom, left + width + right, channels], written in full, from image: [height, width, channels].
 * A negative border crops.
 */
export function padImage(image: usize, target: usize, height: i32, width: i32, channels: i32, top: i32, left: i32, bottom: i32, right: i32): void {
  const pixel = <usize>channels << 2
  const rowBytes = <usize>(left + width + right) * pixel
  const skipRows = max(-top, 0)
  const skipColumns = max(-left, 0)
  const rows = height - skipRows - max(-bottom, 0)
  const columns = width - skipColumns - max(-right, 0)
  const before = <usize>max(left, 0) * pixel
  const bytes = <usize>columns * pixel
  const after = <usize>max(right, 0) * pixel
  let from = image + <usize>(skipRows * width + skipColumns) * pixel
  const topBytes = <usize>max(top, 0) * rowBytes
  memory.fill(target, 0, topBytes)
  target += topBytes
  for (let y = 0; y < rows; y++) {
    memory.fill(target, 0, before)
    memory.copy(target + before, from, bytes)
    memory.fill(target + before + bytes, 0, after)
    target += rowBytes
    from += <usize>width * pixel
  }
  memory.fill(target, 0, <usize>max(bottom, 0) * rowBytes)
}
