// The filter's way into the transform domain and its gradient's way back, group by group.
import { filterGradientTransform, filterTransform } from '../generated/transforms'
import { depthOf, inTap, outRow, outTap, taps, vectorsOf, WinogradPlan } from './plan'

/** Bytes of a group's taps as matrices [r, r][input channel][output vector]. */
@inline
export function tapBytes(plan: WinogradPlan): usize {
  const r = taps(plan)
  return <usize>(r * r * (vectorsOf(plan.inChannels) << 2) * vectorsOf(plan.outChannels)) << 4
}

/** Bytes between points of a transformed filter: one line more than the matrix, for the cache as in pointBytes. */
@inline
export function filterPointBytes(plan: WinogradPlan): usize {
  return <usize>depthOf(plan) * outRow(plan) + 64
}

/** Bytes of a transformed filter [points, points][input group, channel][output group, vector]. */
@inline
export function filterBytes(plan: WinogradPlan): usize {
  return <usize>(plan.points * plan.points) * filterPointBytes(plan)
}

/** G g G^T of the filter w [k, k, C, OC], or of its transpose. `matrices` is scratch of tapBytes. */
export function transformFilter(w: usize, u: usize, plan: WinogradPlan, matrices: usize, scratch: usize): void {
  const inVectors = vectorsOf(plan.inChannels)
  const outVectors = vectorsOf(plan.outChannels)
  const matrixRow = <usize>outVectors << 4
  const matrix = <usize>(inVectors << 2) * matrixRow
  const row = outRow(plan)
  const point = filterPointBytes(plan)
  const r = <usize>taps(plan)
  let rows = u
  for (let a = 0; a < plan.inGroups; a++) {
    for (let b = 0; b < plan.inGroups; b++) {
      let columns = rows
      for (let c = 0; c < plan.outGroups; c++) {
        for (let d = 0; d < plan.outGroups; d++) {
          gatherTaps(w, matrices, plan, inTap(plan, a) + outTap(plan, c), inTap(plan, b) + outTap(plan, d))
          for (let i = 0; i < inVectors << 2; i++) {
            const from = matrices + <usize>i * matrixRow
            filterTransform(plan.points, plan.outputs, from, r * matrix, matrix, columns + <usize>i * row, <usize>plan.points * point, point, outVectors, scratch)
          }
          columns += matrixRow
        }
      }
      rows += <usize>(inVectors << 2) * row
    }
  }
}

/** The taps of one group as matrices [r, r][input channel][output vector], zero where the filter has none. */
function gatherTaps(w: usize, matrices: usize, plan: WinogradPlan, firstRow: i32, firstColumn: i32): void {
  const kernel = plan.kernel, inChannels = plan.inChannels, outChannels = plan.outChannels
  const tapStep = plan.tapStep, transposed = plan.transposed
  const r = taps(plan)
  const matrixRow = <usize>vectorsOf(outChannels) << 4
  const matrix = <usize>(vectorsOf(inChannels) << 2) * matrixRow
  memory.fill(matrices, 0, tapBytes(plan))
  // Element (i, o) of a tap's matrix: [C, OC] as it lies, or [OC, C] read across.
  const inStep: usize = transposed ? 4 : <usize>outChannels << 2
  const outStep: usize = transposed ? <usize>inChannels << 2 : 4
  for (let s = 0; s < r; s++) {
    const y = firstRow + s * tapStep
    for (let t = 0; t < r; t++) {
      const x = firstColumn + t * tapStep
      if (y >= 0 && y < kernel && x >= 0 && x < kernel) {
        const from = w + (<usize>((y * kernel + x) * inChannels * outChannels) << 2)
        for (let i = 0; i < inChannels; i++) {
          let p = from + <usize>i * inStep
          let q = matrices + <usize>i * matrixRow
          const end = q + (<usize>outChannels << 2)
          for (; q < end; q += 4) {
            store<f32>(q, load<f32>(p))
            p += outStep
          }
        }
      }
      matrices += matrix
    }
  }
}

/** dw [k, k, C, OC], written in full: G^T du G of each input group (there is one output group). */
export function transformFilterGradient(du: usize, dw: usize, plan: WinogradPlan, matrices: usize, scratch: usize): void {
  const inVectors = vectorsOf(plan.inChannels)
  const outVectors = vectorsOf(plan.outChannels)
  const matrixRow = <usize>outVectors << 4
  const matrix = <usize>(inVectors << 2) * matrixRow
  const point = filterPointBytes(plan)
  const r = <usize>taps(plan)
  let rows = du
  for (let a = 0; a < plan.inGroups; a++) {
    for (let b = 0; b < plan.inGroups; b++) {
      for (let i = 0; i < plan.inChannels; i++) {
        const to = matrices + <usize>i * matrixRow
        filterGradientTransform(plan.points, plan.outputs, rows + <usize>i * matrixRow, <usize>plan.points * point, point, to, r * matrix, matrix, outVectors, scratch)
      }
      scatterTaps(matrices, dw, plan, inTap(plan, a), inTap(plan, b))
      rows += <usize>(inVectors << 2) * matrixRow
    }
  }
}

function scatterTaps(matrices: usize, dw: usize, plan: WinogradPlan, firstRow: i32, firstColumn: i32): void {
  const kernel = plan.kernel, inChannels = plan.inChannels, outChannels = plan.outChannels, tapStep = plan.tapStep
  const r = taps(plan)
  const matrixRow = <usize>vectorsOf(outChannels) << 4
  const matrix = <usize>(vectorsOf(inChannels) << 2) * matrixRow
  const bytes = <usize>outChannels << 2
  for (let s = 0; s < r; s++) {
    const y = firstRow + s * tapStep
    for (let t = 0; t < r; t++) {
      const x = firstColumn + t * tapStep
      if (y < kernel && x < kernel) {
        const to = dw + <usize>((y * kernel + x) * inChannels) * bytes
        for (let i = 0; i < inChannels; i++) memory.copy(to + <usize>i * bytes, matrices + <usize>i * matrixRow, bytes)
      }
      matrices += matrix
    }
  }
}
