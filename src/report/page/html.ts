// Text to HTML without a way around escaping: what is interpolated into a template is text unless it is Html already.
// Knows nothing of pages.

/** Markup that is safe to put into a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlValue = string | number | Html | readonly HtmlValue[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Control characters have no place in HTML, not even as entities; tab and line breaks do. */
const control = /[^\P{Cc}\t\n\r]/gu

/** Text as it may stand between tags and in quoted attributes. */
export const escapeHtml = (text: string) => text.replace(control, '\uFFFD').replace(/[&<>"']/g, c => entities[c]!)

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  return value.map(markupOf).join('')
}

/** markup`<p title="${text}">${text}</p>`: every value is escaped unless it is Html. */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((all, part, index) => all + markupOf(values[index - 1]!) + part))
}

/** A value as JSON inside a script element, where only `<` could end it early. */
export const jsonForScript = (value: unknown) => new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
