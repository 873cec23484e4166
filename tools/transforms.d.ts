export interface Transform {
  readonly inputs: number
}
/** By name: data6, output6_4, outputGradient6_4, filter6_4, filterGradient6_4 and so on: points, and outputs of a tile. */
export const transforms: Readonly<Record<string, Transform>>
/** [points, outputs] of each size. */
export const sizes: readonly (readonly [number, number])[]
/** [outputs of the transform][inputs]. */
export function matrixOf(transform: Transform): number[][]
