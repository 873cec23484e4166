// Which images a picture of reconstructions shows. Pure; drawing is report/pictures.ts.

/** The images that the report shows in its Figures 6 to 13. */
export const reportIds = [3, 227, 841, 1475] as const

/**
 * The report's ids first, then others spread evenly over the source; ids beyond it are passed over.
 * @returns min(wanted, count) different ids, each 0 to count - 1
 */
export function figureIds(count: number, wanted = 8): number[] {
  const ids = new Set<number>(reportIds.filter(id => id < count).slice(0, wanted))
  const others = Math.min(wanted, count) - ids.size
  for (let place = 0; place < others; place++) {
    let id = Math.floor(((place + 0.5) * count) / others)
    while (ids.has(id)) id = (id + 1) % count
    ids.add(id)
  }
  return [...ids]
}
