// Writes assembly/generated/transforms.ts: the transforms of Winograd's minimal convolutions for every size that the kernels use, as
// straight-line SIMD code. `npm run build:wasm` runs it first; the result is not kept in the repository.
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
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The pairs +-a, by the number of points. Small powers of two keep the numbers small and exact. */
const pairsOf = { 5: [1, 2], 6: [1, 2], 7: [1, 2, 0.5], 8: [1, 2, 0.5] }
/** Whether 0 is a point: 1 or 0, which is also how many places the pairs' polynomials are moved up. */
const zeroOf = points => 1 - (points % 2)

/** F(m, r) that kernels use, as [points, m]; r = points + 1 - m. src/kernels/algorithm.ts chooses among the same. */
export const sizes = [
  [5, 3],
  [5, 4],
  [6, 4],
  [6, 5],
  [7, 4],
  [7, 5],
  [7, 6],
  [8, 4],
  [8, 5],
  [8, 6],
  [8, 7],
]

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
  const n = 2 * a ** (1 + zeroOf(points)) * factor.reduce((sum, c, i) => sum + c * (a * a) ** i, 0)
  return { factor, n }
}

/** N of the point 0. */
const zeroScale = points => pairsOf[points].reduce((p, a) => p * -a * a, 1)

// A one-dimensional transform is a function from the names of its inputs to expressions of its outputs, over a writer of statements.
// A term is [coefficient, name]; a value is the name of a variable, written once for each of the vectors that go side by side.

const dataTransform = points => (write, d) => {
  const pairs = pairsOf[points]
  const zero = zeroOf(points)
  const all = product(pairs.map(a => a * a))
  const rows = zero ? [write.sum(all.map((c, i) => [c, d[2 * i]]))] : []
  for (const a of pairs) {
    const { factor } = pairTerms(points, a)
    const even = write.sum(factor.map((c, i) => [zero ? c : a * c, d[2 * i + 2 * zero]]))
    const odd = write.sum(factor.map((c, i) => [zero ? a * c : c, d[2 * i + 1]]))
    rows.push(write.sum([[1, even], [1, odd]]), write.sum([[1, even], [-1, odd]]))
  }
  rows.push(write.sum(all.map((c, i) => [c, d[2 * i + zero]])))
  return rows
}

/** t_a + t_(-a) and t_a - t_(-a) of each pair. */
function pairSums(write, points, t) {
  const of = sign => pairsOf[points].map((_, i) => write.sum([[1, t[zeroOf(points) + 2 * i]], [sign, t[zeroOf(points) + 1 + 2 * i]]]))
  return { sums: of(1), differences: of(-1) }
}

/** A^T: n products to m outputs. */
const outputTransform = (points, m) => (write, t) => {
  const pairs = pairsOf[points]
  const { sums, differences } = pairSums(write, points, t)
  return Array.from({ length: m }, (_, j) => {
    const terms = pairs.map((a, i) => [a ** j, (j % 2 ? differences : sums)[i]])
    if (j === 0 && zeroOf(points)) terms.unshift([1, t[0]])
    if (j === m - 1) terms.push([1, t[points - 1]])
    return write.sum(terms)
  })
}

/** A: gradients of m outputs to n points. */
const outputGradientTransform = (points, m) => (write, dy) => {
  const rows = zeroOf(points) ? [dy[0]] : []
  for (const a of pairsOf[points]) {
    const part = parity => dy.flatMap((v, j) => (j % 2 === parity ? [[a ** j, v]] : []))
    const even = write.sum(part(0))
    const odd = write.sum(part(1))
    rows.push(write.sum([[1, even], [1, odd]]), write.sum([[1, even], [-1, odd]]))
  }
  return [...rows, dy[m - 1]]
}

/** G: r taps to n points. */
const filterTransform = (points, r) => (write, g) => {
  const rows = zeroOf(points) ? [write.sum([[1 / zeroScale(points), g[0]]])] : []
  for (const a of pairsOf[points]) {
    const { n } = pairTerms(points, a)
    const part = parity => g.flatMap((v, k) => (k % 2 === parity ? [[a ** k / n, v]] : []))
    const even = write.sum(part(0))
    const odd = write.sum(part(1))
    rows.push(write.sum([[1, even], [1, odd]]), write.sum([[1, even], [-1, odd]]))
  }
  return [...rows, g[r - 1]]
}

/** G^T: sums at n points to the gradients of r taps. */
const filterGradientTransform = (points, r) => (write, u) => {
  const pairs = pairsOf[points]
  const { sums, differences } = pairSums(write, points, u)
  return Array.from({ length: r }, (_, k) => {
    const terms = pairs.map((a, i) => [a ** k / pairTerms(points, a).n, (k % 2 ? differences : sums)[i]])
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

/** Writes statements, each for `vectors` vectors side by side: pairs that an engine can fuse have to be neighbours in the source. */
function writer(vectors) {
  const lines = []
  let count = 0
  const lanes = Array.from({ length: vectors }, (_, v) => 'ab'[v])
  return {
    lines,
    lanes,
    each(statement) {
      for (const lane of lanes) lines.push(statement(lane, 'ab'.indexOf(lane)))
    },
    value(expression) {
      const name = `t${count++}`
      for (const lane of lanes) lines.push(`const ${name}${lane} = ${expression(lane, 'ab'.indexOf(lane))}`)
      return name
    },
    /** Sum of coefficient * value, in order of the terms; those with coefficient 1 first, so that nothing starts with a negation. */
    sum(terms) {
      const used = terms.filter(([c]) => c !== 0).sort(([a], [b]) => (b === 1) - (a === 1))
      const scaled = ([c, name], lane) => (c === 1 ? name + lane : `f32x4.mul(${name}${lane}, f32x4.splat(${c}))`)
      if (used.length === 1 && used[0][0] === 1) return used[0][1]
      return this.value(lane =>
        used
          .slice(1)
          .reduce(
            (text, [c, name]) => (c === -1 ? `f32x4.sub(${text}, ${name}${lane})` : `f32x4.add(${text}, ${scaled([c, name], lane)})`),
            scaled(used[0], lane),
          ),
      )
    },
  }
}

/** One pass over `repeats` lines of the tile: loads, transform, stores. */
function pass({ inputs, transform, biased }, vectors, last) {
  const write = writer(vectors)
  const offset = v => (v ? `, ${16 * v}` : '')
  const values = Array.from({ length: inputs }, (_, i) => {
    if (i > 0) write.lines.push('p += step')
    return write.value((_lane, v) => `v128.load(p${offset(v)})`)
  })
  const results = transform(write, values)
  results.forEach((name, i) => {
    if (i > 0) write.lines.push('q += move')
    const done = lane => (biased && last ? `f32x4.pmax(f32x4.add(${name}${lane}, bias${lane}), least)` : name + lane)
    write.each((lane, v) => `v128.store(q, ${done(lane)}${offset(v)})`)
  })
  return { lines: write.lines, outputs: results.length }
}

function twoPasses(job, vectors) {
  const first = pass(job, vectors, false)
  const second = pass(job, vectors, true)
  const bytes = 16 * vectors
  const indent = (lines, depth) => lines.map(line => ' '.repeat(depth) + line).join('\n')
  const bias = job.biased
    ? ['const biasa = v128.load(bias)', ...(vectors > 1 ? ['const biasb = v128.load(bias, 16)'] : [])]
    : []
  return `{
${indent(bias, 4)}
    let from = src, to = scratch
    let step = srcRow, move: usize = ${job.inputs * bytes}
    for (let i = 0; i < ${job.inputs}; i++) {
      let p = from, q = to
${indent(first.lines, 6)}
      from += srcColumn
      to += ${bytes}
    }
    from = scratch
    to = dst
    step = ${bytes}
    move = dstColumn
    for (let i = 0; i < ${first.outputs}; i++) {
      let p = from, q = to
${indent(second.lines, 6)}
      from += ${job.inputs * bytes}
      to += dstRow
    }
    src += ${bytes}
    dst += ${bytes}${job.biased ? `\n    bias += ${bytes}` : ''}
  }`
}

function transformFunction([name, job]) {
  const biased = job.biased ? ', bias: usize, floor: f32' : ''
  return `
export function ${name}(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize${job.ofMaps ? ', wide: i32' : ''}${biased}): void {
${job.biased ? '  const least = f32x4.splat(floor)\n' : ''}${job.ofMaps ? `  if (wide) for (; vectors > 1; vectors -= 2) ${twoPasses(job, 2)}\n` : ''}  for (; vectors > 0; vectors--) ${twoPasses(job, 1)}
}`
}

/** A function that leads to the one for a size; \`r\` follows from the points and m. */
function dispatcher(kind) {
  const { ofMaps, biased } = transforms[Object.keys(transforms).find(name => name.replace(/[0-9_]+$/, '') === kind)]
  const args = `src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch${ofMaps ? ', wide' : ''}${biased ? ', bias, floor' : ''}`
  const typed = args
    .split(', ')
    .map(name => `${name}: ${name === 'vectors' || name === 'wide' ? 'i32' : name === 'floor' ? 'f32' : 'usize'}`)
    .join(', ')
  const cases = kind === 'data' ? Object.keys(pairsOf).map(n => [`${n}`, `points == ${n}`]) : sizes.map(([n, m]) => [`${n}_${m}`, `points == ${n} && outputs == ${m}`])
  const branches = cases.map(([name, test]) => `  if (${test}) return ${kind}${name}(${args})`).join('\n')
  return `
export function ${kind}Transform(points: i32, ${kind === 'data' ? '' : 'outputs: i32, '}${typed}): void {
${branches}
  unreachable()
}`
}

const header = `// Made by tools/transforms.js, which has the derivation: do not edit.
// Each function takes a square of values through one transform in both directions, for \`vectors\` vectors of four channels that lie side
// by side. Strides in bytes; \`scratch\` holds 8 x 8 x 2 vectors; \`wide\`: two vectors at a time. Output transforms add the bias, then take
// the larger of the result and \`floor\` (NaN stays).
`

function source() {
  const kinds = ['data', 'output', 'outputGradient', 'filter', 'filterGradient']
  return [
    header,
    ...Object.entries(transforms).map(transformFunction),
    ...kinds.map(dispatcher),
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = new URL('../assembly/generated/transforms.ts', import.meta.url)
  mkdirSync(dirname(fileURLToPath(target)), { recursive: true })
  writeFileSync(target, source() + '\n')
}
