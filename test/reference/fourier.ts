// The discrete Fourier transform as the sum that it is, in float64 with the host's sine and cosine. Imports nothing from src.

export interface ComplexRows {
  readonly re: ArrayLike<number>
  readonly im: ArrayLike<number>
}

/** Y[k] = sum over j of X[j] e^(-2 pi i j k / n) for each row of n; with `inverse`, e^(+...) and over n. */
export function fourierRows(
  { re, im }: ComplexRows,
  n: number,
  inverse = false,
): { re: Float64Array; im: Float64Array } {
  const to = { re: new Float64Array(re.length), im: new Float64Array(re.length) }
  const sign = inverse ? 1 : -1
  for (let start = 0; start < re.length; start += n) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
        to.re[start + k]! += re[start + j]! * cos - im[start + j]! * sin
        to.im[start + k]! += re[start + j]! * sin + im[start + j]! * cos
      }
      if (inverse) {
        to.re[start + k]! /= n
        to.im[start + k]! /= n
      }
    }
  }
  return to
}
