// Convolutions in Winograd's transform domain: what Conv2D.ts, Conv2DBackpropInput.ts and Conv2DBackpropFilter.ts compute, with two fifths to
// a sixth of their products. Tiles of all images are one list, taken in blocks: transform, one matrix product for each point, transform back.
// Twin: src/kernels/winograd/convolution.ts; when it is used: src/kernels/algorithm.ts. Maps NHWC, float32, pointers 8-byte aligned.
import { prepareTransforms, TRANSFORM_BYTES } from '../generated/transforms'
import { RELU } from '../inline/geometry'
import { matrixProduct } from '../inline/product'
import { filterBytes, filterPointBytes, tapBytes, transformFilter, transformFilterGradient } from './filter'
import { depthOf, inRow, outRow, pointBytes, vectorsOf, WinogradPlan } from './plan'
import { patchBytes, transformData, transformOutput, transformOutputGradient } from './tiles'

const ALIGNMENT: usize = 64

@inline
function aligned(p: usize): usize {
  return (p + ALIGNMENT - 1) & ~(ALIGNMENT - 1)
}

@inline
function square(points: i32): usize {
  return <usize>(points * points)
}

@inline
function patchOf(plan: WinogradPlan): usize {
  return patchBytes(plan.points, max(plan.inChannels, plan.outChannels))
}

/** Bytes of a block's two transformed maps. */
@inline
function mapBytes(plan: WinogradPlan): usize {
  return square(plan.points) * (pointBytes(plan, inRow(plan)) + pointBytes(plan, outRow(plan)))
}

/** Bytes of the transformed filter that winogradFilter writes. */
export function winogradFilterBytes(plan: WinogradPlan): usize {
  return filterBytes(plan)
}

/** Bytes of scratch memory that winogradFilter needs. */
export function winogradFilterScratch(plan: WinogradPlan): usize {
  return TRANSFORM_BYTES + tapBytes(plan)
}

export function winogradFilter(
  w: usize, // [k, k, C, OC]      read
  u: usize, // winogradFilterBytes(plan), 16-byte aligned, written in full
  plan: WinogradPlan,
  scratch: usize, // winogradFilterScratch(plan) bytes, 16-byte aligned
): void {
  transformFilter(w, u, plan, scratch + TRANSFORM_BYTES, scratch)
}

/** Bytes of scratch memory that winogradConvolution needs. */
export function winogradConvolutionScratch(plan: WinogradPlan): usize {
  return TRANSFORM_BYTES + patchOf(plan) + (<usize>vectorsOf(plan.outChannels) << 4) + mapBytes(plan) + 3 * ALIGNMENT
}

export function winogradConvolution(
  x: usize, // in [N, H, W, C]       read
  u: usize, // transformed filter    read
  bias: usize, // [outChannels]      read; 0 for none
  y: usize, // out [N, H, W, C]      written in full
  plan: WinogradPlan,
  activation: i32, // LINEAR or RELU
  scratch: usize, // winogradConvolutionScratch(plan) bytes, 16-byte aligned
): void {
  const points = <i32>square(plan.points)
  const inBytes = inRow(plan)
  const outBytes = outRow(plan)
  const inPoint = pointBytes(plan, inBytes)
  const outPoint = pointBytes(plan, outBytes)
  const outVectors = <usize>vectorsOf(plan.outChannels) << 4
  const biasPanel = scratch + TRANSFORM_BYTES
  const patch = biasPanel + outVectors
  const v = aligned(patch + patchOf(plan))
  const m = aligned(v + <usize>points * inPoint)
  memory.fill(biasPanel, 0, outVectors)
  if (bias) memory.copy(biasPanel, bias, <usize>plan.outChannels << 2)
  prepareTransforms(scratch)
  const floor: f32 = activation == RELU ? 0 : -Infinity
  const depth = depthOf(plan)
  const filterPoint = filterPointBytes(plan)
  const tiles = plan.batch * plan.tilesHigh * plan.tilesWide
  for (let first = 0; first < tiles; first += plan.tileBlock) {
    const count = min(plan.tileBlock, tiles - first)
    transformData(x, v, plan, first, count, patch, scratch)
    // Rows up to the next multiple of 4 are computed from what lies there, and not used.
    for (let p = 0; p < points; p++) {
      matrixProduct(v + <usize>p * inPoint, inBytes, 4, u + <usize>p * filterPoint, outBytes, m + <usize>p * outPoint, outBytes, (count + 3) & ~3, depth, <i32>(outBytes >> 4), 0, plan.wide)
    }
    transformOutput(m, y, plan, first, count, biasPanel, floor, patch, scratch)
  }
}

/** Bytes of scratch memory that winogradFilterGradient needs. */
export function winogradFilterGradientScratch(plan: WinogradPlan): usize {
  return TRANSFORM_BYTES + max(patchOf(plan), tapBytes(plan)) + mapBytes(plan) + filterBytes(plan) + 3 * ALIGNMENT
}

/** The plan is that of the forward convolution, with one output group. */
export function winogradFilterGradient(
  x: usize, // [N, H, W, C]       read
  dy: usize, // [N, OH, OW, OC]   read
  dw: usize, // [k, k, C, OC]     written in full
  plan: WinogradPlan,
  scratch: usize, // winogradFilterGradientScratch(plan) bytes, 16-byte aligned
): void {
  const points = <i32>square(plan.points)
  const inBytes = inRow(plan)
  const outBytes = outRow(plan)
  const inPoint = pointBytes(plan, inBytes)
  const outPoint = pointBytes(plan, outBytes)
  const patch = scratch + TRANSFORM_BYTES
  const v = aligned(patch + max(patchOf(plan), tapBytes(plan)))
  const d = aligned(v + <usize>points * inPoint)
  const du = aligned(d + <usize>points * outPoint)
  prepareTransforms(scratch)
  const depth = depthOf(plan)
  const filterPoint = filterPointBytes(plan)
  const tiles = plan.batch * plan.tilesHigh * plan.tilesWide
  for (let first = 0; first < tiles; first += plan.tileBlock) {
    const count = min(plan.tileBlock, tiles - first)
    transformData(x, v, plan, first, count, patch, scratch)
    transformOutputGradient(dy, d, plan, first, count, patch, scratch)
    for (let p = 0; p < points; p++) {
      matrixProduct(v + <usize>p * inPoint, 4, inBytes, d + <usize>p * outPoint, outBytes, du + <usize>p * filterPoint, outBytes, depth, count, <i32>(outBytes >> 4), first > 0 ? 1 : 0, plan.wide)
    }
  }
  transformFilterGradient(du, dw, plan, patch, scratch)
}
