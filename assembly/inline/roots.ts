// Complex roots of unity from the portable sine and cosine: tables for FFT.ts and fourier.ts.
import { cosQuarter, sinQuarter } from './math'

/** cos(2 pi k / n), or with shift = 3 sin(2 pi k / n): 4 k / n turned into whole quarters and a rest of at most half a one. */
export function cosine(k: i32, n: i32, shift: i32): f32 {
  const quarters = (8 * k + n) / (2 * n)
  const over = 4 * k - quarters * n
  const rest = f32x4.splat(<f32>over / <f32>n)
  const quadrant = (quarters + shift) & 3
  const value = f32x4.extract_lane((quadrant & 1) == 0 ? cosQuarter(rest) : sinQuarter(rest), 0)
  return quadrant == 1 || quadrant == 2 ? -value : value
}

/** e^(-2 pi i k / n) for k below n: real parts at `to`, imaginary ones n floats behind them. */
export function fillRoots(to: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const at = to + (<usize>k << 2)
    store<f32>(at, cosine(k, n, 0))
    store<f32>(at + (<usize>n << 2), -cosine(k, n, 3))
  }
}
