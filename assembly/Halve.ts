// Pictures at half their size, each pixel the mean of four, and the gradient: the step from one scale of multi-scale SSIM to the next. NHWC.
// The last row or column of an odd side is left out. Scalar: a pixel's three channels fill no vector, and there are few.

/** y [N, H/2, W/2, C], sides rounded down. */
export function halve(
  x: usize, // [N, H, W, C]       read
  y: usize, // [N, H/2, W/2, C]   written in full
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixel = <usize>channels << 2
  const row = <usize>width * pixel
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < height >> 1; i++) {
      let at = x + <usize>((n * height + 2 * i) * width) * pixel
      for (let j = 0; j < width >> 1; j++) {
        for (let c = 0; c < channels; c++) {
          const upper = load<f32>(at) + load<f32>(at + pixel)
          const lower = load<f32>(at + row) + load<f32>(at + row + pixel)
          store<f32>(y, <f32>0.25 * (upper + lower))
          at += 4
          y += 4
        }
        at += pixel
      }
    }
  }
}

/** dx: a quarter of dy for each of its four pixels, 0 in a row or column that was left out. */
export function halveGrad(
  dy: usize, // [N, H/2, W/2, C]   read
  dx: usize, // [N, H, W, C]       written in full
  count: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixel = <usize>channels << 2
  const row = <usize>width * pixel
  memory.fill(dx, 0, <usize>(count * height) * row)
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < height >> 1; i++) {
      let at = dx + <usize>((n * height + 2 * i) * width) * pixel
      for (let j = 0; j < width >> 1; j++) {
        for (let c = 0; c < channels; c++) {
          const d = <f32>0.25 * load<f32>(dy)
          store<f32>(at, d)
          store<f32>(at + pixel, d)
          store<f32>(at + row, d)
          store<f32>(at + row + pixel, d)
          at += 4
          dy += 4
        }
        at += pixel
      }
    }
  }
}
