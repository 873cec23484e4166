// Writes assembly/generated/transforms.ts: the transforms of transforms.js as straight-line SIMD code. `npm run build:wasm` runs this first;
// the result is not kept in the repository.
import { mkdirSync, writeFileSync } from 'node:fs'
import { pairsOf, sizes, transforms } from './transforms.js'

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
            (text, [c, name]) =>
              c === -1 ? `f32x4.sub(${text}, ${name}${lane})` : `f32x4.add(${text}, ${scaled([c, name], lane)})`,
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
  const cases =
    kind === 'data'
      ? Object.keys(pairsOf).map(n => [`${n}`, `points == ${n}`])
      : sizes.map(([n, m]) => [`${n}_${m}`, `points == ${n} && outputs == ${m}`])
  const branches = cases.map(([name, test]) => `  if (${test}) return ${kind}${name}(${args})`).join('\n')
  return `
export function ${kind}Transform(points: i32, ${kind === 'data' ? '' : 'outputs: i32, '}${typed}): void {
${branches}
  unreachable()
}`
}

const header = `// Made by tools/write-transforms.js; the derivation is in tools/transforms.js: do not edit.
// Each function takes a square of values through one transform in both directions, for \`vectors\` vectors of four channels that lie side
// by side. Strides in bytes; \`scratch\` holds 8 x 8 x 2 vectors; \`wide\`: two vectors at a time. Output transforms add the bias, then take
// the larger of the result and \`floor\` (NaN stays).
`

function source() {
  const kinds = ['data', 'output', 'outputGradient', 'filter', 'filterGradient']
  return [header, ...Object.entries(transforms).map(transformFunction), ...kinds.map(dispatcher)].join('\n')
}

const folder = new URL('../assembly/generated/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('transforms.ts', folder), source() + '\n')
