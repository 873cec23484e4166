// Output channels in panels of 2, 3 or 1 vectors of four lanes: the unit in which weights are packed and tiles are computed.
// An even number of vectors is cut into pairs; an odd one ends in a panel of three, or is one single vector.

/** Vectors that hold `channels` floats. */
@inline
export function vectorsOf(channels: i32): i32 {
  return (channels + 3) >> 2
}

/** Width in vectors of the panel that starts at vector `first` of `vectors`. */
@inline
export function panelWidth(first: i32, vectors: i32): i32 {
  const left = vectors - first
  return left == 3 || left == 1 ? left : 2
}

/** Lanes in use (1 to 4) in the last vector of the panel that ends before vector `end`. */
@inline
export function lastLanes(end: i32, vectors: i32, channels: i32): i32 {
  return end < vectors || (channels & 3) == 0 ? 4 : channels & 3
}
