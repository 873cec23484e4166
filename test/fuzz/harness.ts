// The fuzzer: changes whole files in ways that keep most of them nearly right, reads them, and holds each reading to the promises of
// SECURITY.md: an EyesWasmError INPUT or a result, bounded memory, bounded time. What there is to read is a target (targets.ts; one
// more is an object there). Counts every kind of refusal, so that it is known how deep the changes reach.
import fc from 'fast-check'
import { EyesWasmError } from '../../src/errors.js'
import { countBytes } from '../support/count-bytes.js'
import { joined } from './targets/shared.js'

export interface FuzzTarget {
  readonly name: string
  /** Whole files, all of which are read without an error. */
  readonly seeds: readonly Uint8Array[]
  /** Files to start from that need not be right: other models, other versions. */
  readonly others?: readonly Uint8Array[]
  /** What the format is made of, for the edits by grammar; empty: only bytes are changed. */
  readonly words: readonly string[]
  /** Where the file's text begins and ends, for these edits. */
  text?(bytes: Uint8Array): readonly [start: number, end: number]
  /** Another text of the right form, made from this one; `pick(n)` is a number below n. */
  rewrite?(text: string, pick: (count: number) => number): string
  /** Seven in eight text edits are `rewrite`s, not one in two: for formats whose checks lie deep behind the form of the text. */
  readonly isMostlyRewritten?: boolean
  /** A file around another text: lengths that go before it, and (where `isFitting`) values of the size that it says. */
  assemble?(bytes: Uint8Array, text: string, isFitting: boolean): Uint8Array
  /** The file with its checksums made right again, for three quarters of the files: a wrong one would hide everything else. */
  repair?(bytes: Uint8Array): Uint8Array
  /** The reader under test. A refusal that is a result, not an exception, is thrown as an EyesWasmError by the target. */
  read(bytes: Uint8Array): unknown
  /** All refusals that the reader knows; each must be met, and none that is not listed. */
  readonly refusals: readonly RegExp[]
  /** Most bytes that reading this file may ask for in typed arrays, whether it is refused or not; left out: they are not counted. */
  mostBytes?(bytes: Uint8Array): number
  /** No file may take longer. */
  readonly mostSeconds: number
}

export interface FuzzReport {
  readonly runs: number
  readonly read: number
  readonly refused: ReadonlyMap<RegExp, number>
  readonly slowestMilliseconds: number
  /** Largest share of `mostBytes` that a file took. */
  readonly memoryShare: number
}

type Change = readonly [kind: number, place: number, length: number, value: number, word: number]

/** Lengths and values at which fields overflow, wrap or turn negative. */
const edges = [0, 1, 2, 7, 8, 9, 127, 128, 254, 255]

/** Changes of bytes, whatever they mean. */
const byteChanges: readonly ((bytes: Uint8Array, at: number, change: Change, other: Uint8Array) => Uint8Array)[] = [
  function flipBit(bytes, at, [, , , value]) {
    bytes[at]! ^= 1 << (value & 7)
    return bytes
  },
  function setByte(bytes, at, [, , , value]) {
    bytes[at] = value
    return bytes
  },
  function setEdges(bytes, at, [, , length, value]) {
    return bytes.fill(edges[value % edges.length]!, at, at + 1 + (length & 7))
  },
  function cutOff(bytes, at, [, , length]) {
    // Near the end as often as anywhere.
    return bytes.slice(0, length & 1 ? Math.max(0, bytes.length - length) : at)
  },
  function takeOut(bytes, at, [, , length]) {
    return joined(bytes.subarray(0, at), bytes.subarray(at + length))
  },
  function putIn(bytes, at, [, , length, value]) {
    return joined(bytes.subarray(0, at), new Uint8Array(length).fill(value), bytes.subarray(at))
  },
  function repeat(bytes, at, [, , length]) {
    return joined(bytes.subarray(0, at + length), bytes.subarray(at))
  },
  function append(bytes, _, [, , length, value]) {
    return joined(bytes, new Uint8Array(1 + length).fill(value))
  },
  function splice(bytes, at, [, , length], other) {
    return joined(bytes.subarray(0, at), other.subarray(Math.min(at + length, other.length)))
  },
  function overwriteFromOther(bytes, at, [, , length], other) {
    bytes.set(other.subarray(at, Math.min(at + length, bytes.length)), at)
    return bytes
  },
]

/** Text in small parts, or with lists and objects that hold no others in one piece. */
const tokens = [/\d+|"[^"]*"|'[^']*'|\w+|\s+|./gs, /\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|\d+|"[^"]*"|'[^']*'|\w+|\s+|./gs]

function kindOf(token: string): 'number' | 'string' | 'list' | 'object' | 'other' {
  if (/^[-\d.]/.test(token)) return 'number'
  if (/^["']/.test(token)) return 'string'
  if (/^[([].*[)\]]$/s.test(token)) return 'list'
  return /^\{.*\}$/s.test(token) ? 'object' : 'other'
}

/** Words by kind, so that a token may become another of its kind and the text remain what it was in form. */
const wordsOf = new Map<readonly string[], Map<string, string[]>>()
function likeWords(words: readonly string[], token: string): readonly string[] {
  const sorted = wordsOf.get(words) ?? new Map<string, string[]>()
  if (!wordsOf.has(words))
    for (const word of words) sorted.set(kindOf(word), [...(sorted.get(kindOf(word)) ?? []), word])
  wordsOf.set(words, sorted)
  return sorted.get(kindOf(token)) ?? words
}

/**
 * Changes of the text by its tokens: one becomes another of its kind (mostly) or any word of the grammar, goes, comes twice, or changes
 * places with the next one of its kind.
 */
function changeText(text: string, [kind, place, , value, word]: Change, words: readonly string[]): string {
  const parts = text.match(tokens[value & 1]!) ?? []
  if (parts.length === 0) return words[word % words.length]!
  const at = place % parts.length
  const chosen = words[word % words.length]!
  const token = parts[at]!
  const next = parts.findIndex((part, i) => i > at && part !== token && kindOf(part) === kindOf(token))
  const like = likeWords(words, token)
  if (kind % 10 === 0) parts.splice(at, 1)
  else if (kind % 10 === 1) parts.splice(at, 0, chosen)
  else if (kind % 10 === 2) parts.splice(at, 0, token)
  else if (kind % 10 === 3) parts[at] = chosen
  else if (kind % 10 === 4 && next > 0) [parts[at], parts[next]] = [parts[next]!, token]
  else if (kindOf(token) !== 'other') parts[at] = like[word % like.length]!
  else if (/^\w/.test(token)) parts[at] = chosen
  return parts.join('')
}

/** Numbers below a count, one after the other, all from one change. */
function picker([, place, length, value, word]: Change): (count: number) => number {
  let state = (place ^ (length << 5) ^ (value << 11) ^ (word << 19)) >>> 0
  return count => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** JSON with one value or key changed: removed, renamed, added, copied from elsewhere, or made one of `values`. */
export function rewriteJson(text: string, pick: (count: number) => number, values: readonly Json[]): string {
  let root: Json
  try {
    root = JSON.parse(text) as Json
  } catch {
    return text
  }
  /** A place down one branch: keys near the root are as likely as the many below. */
  const place = () => {
    let parent = root as Record<string, Json | undefined>
    for (;;) {
      const keys = Object.keys(parent)
      const key = keys[pick(keys.length)]!
      const value = parent[key] ?? null
      const isEmpty = typeof value !== 'object' || value === null || Object.keys(value).length === 0
      if (isEmpty || pick(3) === 0) return { parent: parent as Record<string, Json>, key }
      parent = value as Record<string, Json>
    }
  }
  const isBare = typeof root !== 'object' || root === null || Object.keys(root).length === 0
  if (isBare || pick(40) === 0) return JSON.stringify(values[pick(values.length)])
  const [{ parent, key }, other] = [place(), place()]
  const value = structuredClone(values[pick(values.length)]!)
  const action = pick(8)
  if (action < 2) parent[key] = structuredClone(other.parent[other.key]!)
  else if (action === 2 && !Array.isArray(parent)) parent[typeof value === 'string' ? value : `${key}2`] = parent[key]!
  else if (action === 3 && !Array.isArray(parent)) parent[`new ${key}`] = value
  else parent[key] = value
  if (action === 7) Reflect.deleteProperty(parent, key)
  return JSON.stringify(root)
}

function apply(target: FuzzTarget, bytes: Uint8Array, change: Change, other: Uint8Array): Uint8Array {
  const [kind, place, , value] = change
  const isOfText = kind >= byteChanges.length
  if (isOfText && target.text && target.assemble) {
    const [start, end] = target.text(bytes)
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1')
    const isWanted = kind % 2 === 0 || (target.isMostlyRewritten === true && place % 4 > 0)
    const isRewritten = target.rewrite !== undefined && isWanted
    const changed = isRewritten ? target.rewrite!(text, picker(change)) : changeText(text, change, target.words)
    return target.assemble(bytes, changed, value % 4 !== 0)
  }
  // A third in the first bytes, where formats have their fields, a third behind the text, a third anywhere.
  const from = place % 3 === 1 && target.text ? target.text(bytes)[1] : 0
  const to = place % 3 === 0 ? Math.min(bytes.length, 128) : bytes.length
  const at = from + (to > from ? (place >>> 2) % (to - from) : 0)
  return byteChanges[kind % byteChanges.length]!(bytes, at, change, other)
}

/** Text edits are as frequent as all edits of bytes together, where a target has text. */
const changesOf = (target: FuzzTarget): fc.Arbitrary<Change> =>
  fc.tuple(
    fc.nat(byteChanges.length * (target.text ? 2 : 1) - 1),
    fc.nat(0x1fffff),
    fc.nat(40),
    fc.nat(255),
    fc.nat(Math.max(0, target.words.length - 1)),
  )

// ---- Running

/** A fresh seed each time, or the one to run again. */
export const fuzzSeed = Number(process.env.EYES_FUZZ_SEED ?? Math.floor(Math.random() * 0x7fffffff))

/** `npm run fuzz` does ten times the work of `npm test`. */
export const fuzzFactor = process.env.EYES_FUZZ_FULL === '1' ? 10 : 1

/**
 * Reads `runs` changed files.
 * @throws what fast-check reports: the smallest file that breaks a promise, and the seed
 */
export async function fuzz(target: FuzzTarget, runs: number): Promise<FuzzReport> {
  const refused = new Map(target.refusals.map(refusal => [refusal, 0]))
  let read = 0
  let slowestMilliseconds = 0
  let memoryShare = 0
  const attempt = async (bytes: Uint8Array): Promise<void> => {
    try {
      await target.read(bytes)
      read++
    } catch (error) {
      if (!(error instanceof EyesWasmError) || error.code !== 'INPUT') throw error
      const kind = target.refusals.find(refusal => refusal.test(error.message))
      if (kind === undefined)
        throw new Error(`a refusal that the target does not list: ${error.message}`, { cause: error })
      refused.set(kind, refused.get(kind)! + 1)
    }
  }
  const starts = [...target.seeds, ...(target.others ?? [])]
  const property = fc.asyncProperty(
    fc.nat(starts.length - 1),
    fc.nat(starts.length - 1),
    fc.array(changesOf(target), { minLength: 1, maxLength: 4 }),
    async (seed, other, changes) => {
      let bytes: Uint8Array = starts[seed]!.slice()
      // Half of the files have one change alone, or hardly any would still be right.
      const few = changes[0]![2] % 2 === 0 ? changes.slice(0, 1) : changes
      for (const change of few) bytes = apply(target, bytes, change, starts[other]!)
      if (target.repair && (few[0]![3] >> 2) % 4 > 0) bytes = target.repair(bytes)
      const started = performance.now()
      const taken = target.mostBytes ? await countBytes(() => attempt(bytes)) : (await attempt(bytes), 0)
      const milliseconds = performance.now() - started
      const allowed = target.mostBytes?.(bytes) ?? 1
      slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds)
      if (taken > 0) memoryShare = Math.max(memoryShare, taken / allowed)
      if (taken > allowed) throw new Error(`took ${taken} bytes for a file of ${bytes.length}, allowed are ${allowed}`)
      if (milliseconds > 1000 * target.mostSeconds) throw new Error(`took ${milliseconds.toFixed(0)} ms`)
    },
  )
  await fc.assert(property, { numRuns: runs, seed: fuzzSeed, endOnFailure: target.mostSeconds > 5 })
  return { runs, read, refused, slowestMilliseconds, memoryShare }
}

/** The report as lines for a terminal. */
export function reportLines({ name }: FuzzTarget, report: FuzzReport): string[] {
  const { runs, read, refused, slowestMilliseconds, memoryShare } = report
  const memory = memoryShare > 0 ? `, at most ${(100 * memoryShare).toFixed(0)} % of the memory allowed` : ''
  const kinds = [...refused].toSorted((a, b) => b[1] - a[1]).map(([kind, count]) => `  ${count}  ${kind.source}`)
  return [
    `${name}: ${runs} changed files, ${read} read, ${runs - read} refused; slowest ${slowestMilliseconds.toFixed(0)} ms${memory}`,
    `  again: EYES_FUZZ_SEED=${fuzzSeed}${fuzzFactor > 1 ? ' EYES_FUZZ_FULL=1' : ''} npx vitest run test/fuzz -t "${name}"`,
    ...kinds,
  ]
}
