// Mean and spread of repeated measurements, as tables print them.

export interface Statistic {
  readonly mean: number
  /** Sample standard deviation (n - 1 in its denominator); null for one measurement. */
  readonly sd: number | null
  readonly n: number
}

/** Mean and sample standard deviation, or null of no values. */
export function statistic(values: readonly number[]): Statistic | null {
  const n = values.length
  if (n === 0) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n === 1) return { mean, sd: null, n }
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return { mean, sd: Math.sqrt(squares / (n - 1)), n }
}
