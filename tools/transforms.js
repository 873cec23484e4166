// The transforms of Winograd's minimal convolutions, for every size that the kernels use. write-transforms.js makes SIMD code of them,
// the tests matrices.
//
// Derivation. F(m, r) computes m outputs of a correlation with r taps, y_j = sum_k d_(j+k) g_k, from n = m + r - 1 products instead of m r.
// It is the transpose of Toom-Cook's multiplication of polynomials: two polynomials are evaluated at n points, the values multiplied, and
// the product interpolated (Winograd, Arithmetic Complexity of Computations, 1980; Lavin & Gray, arXiv 1509.09308; errors of the
// choice of points: Barabasz et al., arXiv 1803.10986). With the points a_0 .. a_(n-2) and infinity,
//   y = A^T [(G g) * (B^T d)]
//   A^T[j][i] = a_i^j               and 1 at j = m - 1 for infinity
//   G[i][k]   = a_i^k / N_i         and 1 at k = r - 1 for infinity,   N_i = product over j != i of (a_i - a_j)
//   B^T[i]    = the coefficients of M_i(x) = product over j != i of (x - a_j); for infinity, of the product over all points.
// In two dimensions each transform is applied to the columns and then to the rows. Gradients use the transposes: of y with respect to g it
// is G^T [(A dy) * (B^T d)].
// The points are pairs +-a, with 0 where n is even. With R_a(z) = product over the other pairs of (z - b^2),
//   M_(+-a) = x (x +- a) R_a(x^2), N_a = N_(-a) = 2 a^2 R_a(a^2) with 0 among the points
//   M_(+-a) =   (x +- a) R_a(x^2), N_a = -N_(-a) = 2 a R_a(a^2)  without; the rows of -a are negated in both B^T and G
// so that a pair shares its even and its odd part, E + O and E - O. All coefficients of A and B are exact in float32.
/** The pairs +-a, by the number of points. Small powers of two keep the numbers small and exact. */
export const pairsOf = { 5: [1, 2], 6: [1, 2], 7: [1, 2, 0.5], 8: [1, 2, 0.5] }
/** Whether 0 is a point: 1 or 0, which is also how many places the pairs' polynomials are moved up. */
const zeroOf = points => 1 - (points % 2)

/** F(m, r) that kernels use, as [points, m]; r = points + 1 - m. src/kernels/algorithm.ts chooses among the same. */
export const sizes = [
  [5, 4],
  [6, 4],
  [6, 5],
  [7, 5],
  [8, 4],
  [8, 5],
  [8, 7],
]

/** base^exponent by multiplication, exact for the points above: `**` is the engine's to round, and this decides what is built. */
const power = (base, exponent) => Array.from({ length: exponent }).reduce(result => result * base, 1)

/** Coefficients, lowest first, of the product of (z - root). */
function product(roots) {
  return roots.reduce(
    (p, root) => {
      const next = [0, ...p]
      p.forEach((c, i) => (next[i] -= root * c))
      return next
    },
    [1],
  )
}

/** R_a as coefficients of z = x^2, and N_a. */
function pairTerms(points, a) {
  const factor = product(pairsOf[points].filter(b => b !== a).map(b => b * b))
  const n = 2 * power(a, 1 + zeroOf(points)) * factor.reduce((sum, c, i) => sum + c * power(a, 2 * i), 0)
  return { factor, n }
}

/** N of the point 0. */
const zeroScale = points => pairsOf[points].reduce((p, a) => p * -a * a, 1)

// A one-dimensional transform is a function from the names of its inputs to expressions of its outputs, over a writer of statements.
// A term is [coefficient, name]; a value is the name of a variable, written once for each of the vectors that go side by side.

/** E + O and E - O. */
const bothSigns = (write, even, odd) =>
  [1, -1].map(sign =>
    write.sum([
      [1, even],
      [sign, odd],
    ]),
  )

/** The polynomial with coefficients values[i] * weight(i) at the two points of a pair, whose powers `weight` has. */
function atPair(write, values, weight) {
  const part = parity => values.flatMap((v, i) => (i % 2 === parity ? [[weight(i), v]] : []))
  return bothSigns(write, write.sum(part(0)), write.sum(part(1)))
}

const dataTransform = points => (write, d) => {
  const pairs = pairsOf[points]
  const zero = zeroOf(points)
  const all = product(pairs.map(a => a * a))
  const rows = zero ? [write.sum(all.map((c, i) => [c, d[2 * i]]))] : []
  for (const a of pairs) {
    const { factor } = pairTerms(points, a)
    const even = write.sum(factor.map((c, i) => [zero ? c : a * c, d[2 * i + 2 * zero]]))
    const odd = write.sum(factor.map((c, i) => [zero ? a * c : c, d[2 * i + 1]]))
    rows.push(...bothSigns(write, even, odd))
  }
  rows.push(write.sum(all.map((c, i) => [c, d[2 * i + zero]])))
  return rows
}

/** t_a + t_(-a) and t_a - t_(-a) of each pair. */
function pairSums(write, points, t) {
  const of = sign =>
    pairsOf[points].map((_, i) =>
      write.sum([
        [1, t[zeroOf(points) + 2 * i]],
        [sign, t[zeroOf(points) + 1 + 2 * i]],
      ]),
    )
  return { sums: of(1), differences: of(-1) }
}

/** A^T: n products to m outputs. */
const outputTransform = (points, m) => (write, t) => {
  const pairs = pairsOf[points]
  const { sums, differences } = pairSums(write, points, t)
  return Array.from({ length: m }, (_, j) => {
    const terms = pairs.map((a, i) => [power(a, j), (j % 2 ? differences : sums)[i]])
    if (j === 0 && zeroOf(points)) terms.unshift([1, t[0]])
    if (j === m - 1) terms.push([1, t[points - 1]])
    return write.sum(terms)
  })
}

/** A: gradients of m outputs to n points. */
const outputGradientTransform = (points, m) => (write, dy) => {
  const rows = zeroOf(points) ? [dy[0]] : []
  for (const a of pairsOf[points]) rows.push(...atPair(write, dy, j => power(a, j)))
  return [...rows, dy[m - 1]]
}

/** G: r taps to n points. */
const filterTransform = (points, r) => (write, g) => {
  const rows = zeroOf(points) ? [write.sum([[1 / zeroScale(points), g[0]]])] : []
  for (const a of pairsOf[points]) {
    const { n } = pairTerms(points, a)
    rows.push(...atPair(write, g, k => power(a, k) / n))
  }
  return [...rows, g[r - 1]]
}

/** G^T: sums at n points to the gradients of r taps. */
const filterGradientTransform = (points, r) => (write, u) => {
  const pairs = pairsOf[points]
  const { sums, differences } = pairSums(write, points, u)
  return Array.from({ length: r }, (_, k) => {
    const terms = pairs.map((a, i) => [power(a, k) / pairTerms(points, a).n, (k % 2 ? differences : sums)[i]])
    if (k === 0 && zeroOf(points)) terms.unshift([1 / zeroScale(points), u[0]])
    if (k === r - 1) terms.push([1, u[points - 1]])
    return write.sum(terms)
  })
}

/** Every transform by name: how many values go in, and the function. The test holds them to the definition above. */
export const transforms = Object.fromEntries([
  ...Object.keys(pairsOf).map(n => [`data${n}`, { inputs: +n, transform: dataTransform(+n), ofMaps: true }]),
  ...sizes.flatMap(([n, m]) => {
    const r = n + 1 - m
    const name = `${n}_${m}`
    return [
      [`output${name}`, { inputs: n, transform: outputTransform(n, m), ofMaps: true, biased: true }],
      [`outputGradient${name}`, { inputs: m, transform: outputGradientTransform(n, m), ofMaps: true }],
      [`filter${name}`, { inputs: r, transform: filterTransform(n, r) }],
      [`filterGradient${name}`, { inputs: n, transform: filterGradientTransform(n, r) }],
    ]
  }),
])

/** The matrix of a transform, [outputs][inputs], in float64. */
export function matrixOf({ inputs, transform }) {
  const write = {
    sum: terms => terms.reduce((total, [c, column]) => total.map((v, i) => v + c * column[i]), Array(inputs).fill(0)),
  }
  const units = Array.from({ length: inputs }, (_, i) => Array.from({ length: inputs }, (_, j) => (i === j ? 1 : 0)))
  return transform(write, units)
}
