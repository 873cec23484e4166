// "Did you mean …?" for keys and names that a person mistyped.

/** Insertions, deletions, replacements and swaps of neighbours that lead from a to b (optimal string alignment distance). */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1
  const table = Array.from({ length: (a.length + 1) * width }, (_, cell) => (cell < width ? cell : 0))
  const at = (i: number, j: number) => table[i * width + j]!
  for (let i = 1; i <= a.length; i++) {
    table[i * width] = i
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (isSame ? 0 : 1))
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwapped) least = Math.min(least, at(i - 2, j - 2) + 1)
      table[i * width + j] = least
    }
  }
  return at(a.length, b.length)
}

/** The candidate most like `word`, whatever its case and dashes, if one is close enough to be meant. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '')
  const [best] = candidates
    .map(candidate => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
  return best?.candidate
}
