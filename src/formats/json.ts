// A strict JSON reader for headers and files that strangers made: what JSON.parse hides is refused here.
// Objects become Maps; a key given twice, the key `__proto__`, half a surrogate pair and deep nesting are errors.
// Sits under safetensors.ts and the run folder's config.json. Also here: the one way in which we write JSON.
import { inputError } from '../errors.js'
import { quote } from '../quote.js'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

/** Headers are two levels deep with one array inside; more is an attack on the stack. */
const deepest = 8
/** Values in all, lists and objects too: a megabyte of `{},{},` would take 80 of memory. */
const mostValues = 16_384

/**
 * @param what how messages name the text: `the JSON header`
 * @throws EyesWasmError INPUT that names the character position
 */
export function parseStrictJson(text: string, who: string, what = 'the JSON header'): Json {
  const reader = new Reader(text, who, what)
  const value = reader.value(0)
  reader.end()
  return value
}

class Reader {
  private at = 0
  private values = 0

  constructor(
    private readonly text: string,
    private readonly who: string,
    private readonly what: string,
  ) {}

  value(depth: number): Json {
    if (depth > deepest) throw this.error('is nested too deeply')
    if (++this.values > mostValues) throw this.error(`holds more than ${mostValues} values`)
    this.skip(/[ \t\n\r]*/y)
    const first = this.text[this.at]
    if (first === '{') return this.object(depth)
    if (first === '[') return this.array(depth)
    if (first === '"') return this.string()
    const word = this.skip(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
    if (word === '') throw this.error('is not JSON')
    return JSON.parse(word) as null | boolean | number
  }

  end(): void {
    this.skip(/[ \t\n\r]*/y)
    if (this.at < this.text.length) throw this.error('goes on after its end')
  }

  private object(depth: number): JsonObject {
    const entries = new Map<string, Json>()
    this.list('{', '}', () => {
      if (this.text[this.at] !== '"') throw this.error('lacks a key in quotes')
      const key = this.string()
      if (key === '__proto__') throw this.error('uses the key "__proto__"')
      if (entries.has(key)) throw this.error(`gives the key ${quote(key)} twice`)
      this.expect(':')
      entries.set(key, this.value(depth + 1))
    })
    return entries
  }

  private array(depth: number): readonly Json[] {
    const values: Json[] = []
    this.list('[', ']', () => values.push(this.value(depth + 1)))
    return values
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open)
    if (this.peek() === close) {
      this.at++
      return
    }
    for (;;) {
      this.skip(/[ \t\n\r]*/y)
      item()
      if (this.peek() === close) break
      this.expect(',')
    }
    this.at++
  }

  private string(): string {
    const literal = this.skip(/"(?:[^"\\]|\\.)*"/sy)
    try {
      const value = JSON.parse(literal) as string
      if (!hasLoneSurrogate(value)) return value
    } catch {
      // Both ways of being wrong end below.
    }
    throw this.error('has a malformed string')
  }

  private peek(): string | undefined {
    this.skip(/[ \t\n\r]*/y)
    return this.text[this.at]
  }

  private expect(character: string): void {
    if (this.peek() !== character) throw this.error(`lacks a "${character}"`)
    this.at++
  }

  /** Steps over what the sticky pattern matches here, and returns it. */
  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  private error(problem: string) {
    return inputError(
      `${this.who}: ${this.what} ${problem} (near character ${this.at}). Save the file again with its own program.`,
    )
  }
}

/** A strictly read object, as opposed to a list or a plain value. */
export const isObject = (value: Json): value is JsonObject => value instanceof Map

/** Strictly read JSON as plain objects; safe, because no key is `__proto__`. */
export function plainJson(value: Json): unknown {
  if (isObject(value)) return Object.fromEntries([...value].map(([key, part]) => [key, plainJson(part)]))
  return Array.isArray(value) ? (value as readonly Json[]).map(plainJson) : value
}

/** Half of a UTF-16 pair alone: legal in JavaScript strings, not in UTF-8. */
export const hasLoneSurrogate = (value: string) => /\p{Surrogate}/u.test(value)

/** JSON text in which an infinite or undefined number (PSNR of equal images) is its name as a string; JSON itself would say null. */
export const toJson = (value: unknown, indent?: number) =>
  JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part),
    indent,
  )
