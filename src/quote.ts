// A stranger's words in our messages: short, on one line, and without characters that move a terminal's cursor or hide other text.
// Used wherever a message repeats what a file, a file's name or an option says. Formats no message of its own.

const longest = 60

/** Control characters, format characters (bidirectional overrides among them), line separators and halves of surrogate pairs. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** The text on one line, with each unprintable character as `\u{1b}`. Not shortened. */
export const printable = (text: string): string =>
  text.replace(unprintable, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** As `printable`, but keeps the line ends: for messages of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

/** Cut to a line's part. */
export const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text)

/** Text in quotation marks, as JSON writes it. */
export const quote = (text: string): string => printable(JSON.stringify(shorten(text)))

/** A path as a shell takes it, for commands that a message proposes. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./\\-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** Any value, however deep or hostile, as a short text; never throws. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${printable(shorten(value))}'`
  if (typeof value !== 'object' || value === null) return printable(shorten(String(value)))
  try {
    return printable(shorten(JSON.stringify(value)))
  } catch {
    return 'a value too deep to show'
  }
}
