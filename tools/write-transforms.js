// Writes assembly/generated/transforms.ts: the transforms of transforms.js as straight-line SIMD code. `npm run build:wasm` runs this first;
// the result is not kept in the repository.
import { mkdirSync, writeFileSync } from 'node:fs'
import { pairsOf, sizes, transforms } from './transforms.js'

/** Sizes of the coefficients that transforms of maps multiply with, in the order in which code reads them from memory. */
const constants = []

/** 8 x 8 x 2 vectors. */
const squareBytes = 2048

function constantName(size) {
  if (!constants.includes(size)) constants.push(size)
  return `k${constants.indexOf(size)}`
}

/** Writes statements, each for `vectors` vectors side by side: pairs that an engine can fuse have to be neighbours in the source. */
function writer(vectors, fromMemory) {
  const lines = []
  const used = new Set()
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
    used,
    /** Sum of coefficient * value: positive terms first, those with coefficient 1 before the others, so that nothing starts with a negation. */
    sum(terms) {
      const rank = ([c]) => (c === 1 ? 0 : c > 0 ? 1 : 2)
      const [first, ...others] = terms.filter(([c]) => c !== 0).sort((a, b) => rank(a) - rank(b))
      if (others.length === 0 && first[0] === 1) return first[1]
      const scaled = ([c, name], lane) => {
        const size = Math.abs(c)
        if (size === 1) return name + lane
        if (fromMemory) used.add(constantName(size))
        return `f32x4.mul(${name}${lane}, ${fromMemory ? constantName(size) : `f32x4.splat(${size})`})`
      }
      const add = (text, term, lane) => `f32x4.${term[0] < 0 ? 'sub' : 'add'}(${text}, ${scaled(term, lane)})`
      const start = lane => (first[0] < 0 ? `f32x4.neg(${scaled(first, lane)})` : scaled(first, lane))
      return this.value(lane => others.reduce((text, term) => add(text, term, lane), start(lane)))
    },
  }
}

/** One pass: each of the tile's columns into scratch, or each of scratch's rows out, with the bias. Scratch is at constant offsets. */
function pass({ inputs, transform, ofMaps, biased }, vectors, outwards) {
  const write = writer(vectors, ofMaps)
  const bytes = 16 * vectors
  const at = (pointer, offset) => (offset ? `${pointer}, ${offset}` : pointer)
  const values = Array.from({ length: inputs }, (_, i) => {
    if (i > 0 && !outwards) write.lines.push('p += srcRow')
    return write.value((_lane, v) => `v128.load(${at('p', (outwards ? i * bytes : 0) + 16 * v)})`)
  })
  const results = transform(write, values)
  results.forEach((name, i) => {
    if (i > 0 && outwards) write.lines.push('q += dstColumn')
    const done = lane =>
      biased && outwards ? `f32x4.pmax(f32x4.add(${name}${lane}, bias${lane}), least)` : name + lane
    const store = (lane, v) => {
      const offset = (outwards ? 0 : i * inputs * bytes) + 16 * v
      return offset ? `v128.store(q, ${done(lane)}, ${offset})` : `v128.store(q, ${done(lane)})`
    }
    write.each(store)
  })
  return { lines: write.lines, used: write.used, outputs: results.length }
}

function twoPasses(job, vectors) {
  const inwards = pass(job, vectors, false)
  const outwards = pass(job, vectors, true)
  const bytes = 16 * vectors
  const indent = (lines, depth) => lines.map(line => ' '.repeat(depth) + line).join('\n')
  const loads = [...'ab'.slice(0, vectors)].map((lane, v) => `const bias${lane} = v128.load(bias, ${16 * v})`)
  const text = `{
${job.biased ? indent(loads, 4) + '\n' : ''}    let from = src, to = scratch
    for (let i = 0; i < ${job.inputs}; i++) {
      let p = from
      const q = to
${indent(inwards.lines, 6)}
      from += srcColumn
      to += ${bytes}
    }
    from = scratch
    to = dst
    for (let i = 0; i < ${inwards.outputs}; i++) {
      const p = from
      let q = to
${indent(outwards.lines, 6)}
      from += ${job.inputs * bytes}
      to += dstRow
    }
    src += ${bytes}
    dst += ${bytes}${job.biased ? `\n    bias += ${bytes}` : ''}
  }`
  return { text, used: [...inwards.used, ...outwards.used] }
}

function transformFunction([name, job]) {
  const single = twoPasses(job, 1)
  const pairs = job.ofMaps ? `  if (wide) for (; vectors > 1; vectors -= 2) ${twoPasses(job, 2).text}\n` : ''
  const loads = [...new Set(single.used)].map(
    k => `  const ${k} = v128.load_splat<f32>(scratch, ${squareBytes} + ${4 * Number(k.slice(1))})\n`,
  )
  return `
export function ${name}(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize${job.ofMaps ? ', wide: i32' : ''}${job.biased ? ', bias: usize, floor: f32' : ''}): void {
${loads.join('')}${job.biased ? '  const least = f32x4.splat(floor)\n' : ''}${pairs}  for (; vectors > 0; vectors--) ${single.text}
}`
}

/** Puts the coefficients where the transforms of maps read them: V8 builds a constant vector anew in every round of a loop. */
const constantsFunction = () => `
export function prepareTransforms(scratch: usize): void {
${constants.map((c, i) => `  store<f32>(scratch, ${c}, ${squareBytes + 4 * i})`).join('\n')}
}

/** Bytes of scratch of a transform: a square of pairs of vectors, and the coefficients. */
export const TRANSFORM_BYTES: usize = ${squareBytes + Math.ceil((4 * constants.length) / 64) * 64}`

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
// by side. Strides in bytes; \`scratch\`: TRANSFORM_BYTES, after prepareTransforms; \`wide\`: two vectors at a time. Output transforms add the
// bias, then take the larger of the result and \`floor\` (NaN stays).
`

function source() {
  const kinds = ['data', 'output', 'outputGradient', 'filter', 'filterGradient']
  const functions = Object.entries(transforms).map(transformFunction)
  return [header, ...functions, ...kinds.map(dispatcher), constantsFunction()].join('\n')
}

const folder = new URL('../assembly/generated/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('transforms.ts', folder), source() + '\n')
