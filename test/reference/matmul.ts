// Matrix products by plain loops in float64, one per element of the batch. Imports nothing from src.

/** A matrix of a batch: value at (row, column), whatever way it is stored. */
export type Matrix = (row: number, column: number) => number

/** Row-major [rows, columns] values from `start` on; stored the other way round where `isTransposed`. */
export function matrixOf(
  values: ArrayLike<number>,
  start: number,
  rows: number,
  columns: number,
  isTransposed: boolean,
): Matrix {
  return (row, column) => values[start + (isTransposed ? column * rows + row : row * columns + column)]!
}

/** a b, and the sum of the products' sizes, each [rows, columns]. */
export function product(a: Matrix, b: Matrix, rows: number, depth: number, columns: number) {
  const [values, sizes] = [new Float64Array(rows * columns), new Float64Array(rows * columns)]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < depth; k++) {
        const term = a(row, k) * b(k, column)
        values[row * columns + column]! += term
        sizes[row * columns + column]! += Math.abs(term)
      }
    }
  }
  return { values, sizes }
}
