// Loads and stores of a vector that is only partly there: the tails of every loop over four lanes.

/** Writes the first `lanes` floats of v at p. */
@inline
export function storeLanes(p: usize, v: v128, lanes: i32): void {
  if (lanes == 4) {
    v128.store(p, v)
    return
  }
  store<f32>(p, f32x4.extract_lane(v, 0))
  if (lanes > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4)
  if (lanes > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8)
}

/** The `lanes` floats (1 to 4) at p, then zeros. */
@inline
export function loadLanes(p: usize, lanes: i32): v128 {
  if (lanes == 4) return v128.load(p)
  let v = v128.load32_zero(p)
  if (lanes > 1) v = v128.load_lane<f32>(p, v, 1, 4)
  if (lanes > 2) v = v128.load_lane<f32>(p, v, 2, 8)
  return v
}
