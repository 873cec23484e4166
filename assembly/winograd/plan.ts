// How one convolution is cut into tiles of the transform domain. The record is written by src/kernels/winograd/plan.ts, which has the
// derivation; field order is owned here, all fields int32. It describes what is read (in) and what is written (out): a forward
// convolution, or the input gradient, which reads dy and writes dx.
// A group is a part of the correlation that is one of its own at stride 1: a phase of a strided map, or a piece of a large kernel. Input
// groups are summed in the transform domain; output groups are written each to its own pixels.

@unmanaged
export class WinogradPlan {
  batch: i32
  inHeight: i32
  inWidth: i32
  inChannels: i32
  outHeight: i32
  outWidth: i32
  outChannels: i32
  kernel: i32 // taps along one axis of the whole filter
  points: i32 // products along one axis of a tile: 5 to 8
  outputs: i32 // outputs along one axis of a tile
  tilesHigh: i32
  tilesWide: i32
  tileBlock: i32 // tiles transformed at a time, a multiple of 4
  inStride: i32 // pixels between neighbours of a tile
  outStride: i32
  inTop: i32 // pixel of the first tile, before a group's offset
  inLeft: i32
  outTop: i32
  outLeft: i32
  inGroups: i32 // along one axis; at most MOST_GROUPS
  outGroups: i32
  tapStep: i32 // filter taps between neighbours of a piece: stride, or -stride where the filter is turned round
  transposed: i32 // the filter [k, k, C, OC] is read as OC -> C
  wide: i32 // tile shape: engine fuses pairs of vectors
}

/** Groups along one axis, at most. */
export const MOST_GROUPS: i32 = 6

const TABLES: usize = 24 * 4
const TABLE: usize = <usize>MOST_GROUPS * 4

@inline
function entry(plan: WinogradPlan, table: usize, group: i32): i32 {
  return load<i32>(changetype<usize>(plan) + TABLES + table * TABLE + (<usize>group << 2))
}

/** Pixel offset of an input group along an axis. */
@inline
export function inOffset(plan: WinogradPlan, group: i32): i32 {
  return entry(plan, 0, group)
}

/** First filter tap of an input group; added to that of the output group. */
@inline
export function inTap(plan: WinogradPlan, group: i32): i32 {
  return entry(plan, 1, group)
}

@inline
export function outOffset(plan: WinogradPlan, group: i32): i32 {
  return entry(plan, 2, group)
}

@inline
export function outTap(plan: WinogradPlan, group: i32): i32 {
  return entry(plan, 3, group)
}

@inline
export function taps(plan: WinogradPlan): i32 {
  return plan.points + 1 - plan.outputs
}

@inline
export function vectorsOf(channels: i32): i32 {
  return (channels + 3) >> 2
}

/** Bytes of one tile's row in a transformed map: all groups of it. */
@inline
export function inRow(plan: WinogradPlan): usize {
  return <usize>(plan.inGroups * plan.inGroups * vectorsOf(plan.inChannels)) << 4
}

@inline
export function outRow(plan: WinogradPlan): usize {
  return <usize>(plan.outGroups * plan.outGroups * vectorsOf(plan.outChannels)) << 4
}

/** Bytes between points of a transformed map: one line more than its rows, so that points do not fall on the same cache set. */
@inline
export function pointBytes(plan: WinogradPlan, row: usize): usize {
  return <usize>plan.tileBlock * row + 64
}

/** Rows of the filter matrix of one point: input channels in whole vectors, of all input groups. */
@inline
export function depthOf(plan: WinogradPlan): i32 {
  return plan.inGroups * plan.inGroups * (vectorsOf(plan.inChannels) << 2)
}
