// The report page: one HTML document that needs nothing else, no network and no script to be whole. Content comes as data (content.ts);
// the same content gives the same bytes.
import { blockHtml } from './blocks.js'
import { verdictMark, type KeyResult, type PageContent, type Section } from './content.js'
import { Html, markup } from './html.js'
import { pageScript } from './script.js'
import { pageStyle } from './style.js'

/** Nothing is ever loaded from elsewhere: the page's own style, script and pictures are inside it. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

function resultHtml({ title, value, unit, comparison, verdict }: KeyResult): Html {
  const against =
    verdict === undefined
      ? comparison
      : markup`<span class="${verdict}"
          ><span class="mark" aria-hidden="true">${verdictMark(verdict)}</span>${comparison}</span
        >`
  return markup`<li>
    <span class="what">${title}</span><span class="value">${value} <span class="unit">${unit}</span></span
    ><span class="against">${against}</span>
  </li> `
}

const sectionHtml = ({ id, title, text, blocks }: Section) =>
  markup`<section id="${id}">
    <h2>${title}</h2>
    ${text.map(line => markup`<p>${line}</p> `)}${blocks.map(block => markup`${blockHtml(block)} `)}
  </section> `

const contentsHtml = (sections: readonly Section[]) =>
  markup`<nav aria-label="Contents">
    <ul>
      ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li> `)}
      <li><a href="#made">How it was made</a></li>
    </ul>
  </nav>`

const madeHtml = (made: PageContent['made']) =>
  markup`<section id="made">
    <h2>How it was made</h2>
    <dl class="made">
      ${made.map(
        ([name, value]) =>
          markup`<dt>${name}</dt>
            <dd>${value}</dd> `,
      )}
    </dl>
  </section>`

/** @returns an HTML document, UTF-8 */
export function pageHtml({ title, lead, notices, results, sections, made }: PageContent): string {
  return markup`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
        <style>
          ${new Html(pageStyle)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="lead">${lead}</p>
          ${contentsHtml(sections)} ${notices.map(notice => markup`<p class="notice">${notice}</p> `)}
        </header>
        <main>
          <ul class="results">
            ${results.map(resultHtml)}
          </ul>
          ${sections.map(sectionHtml)} ${madeHtml(made)}
        </main>
        <footer>
          ▲ better than the report, ▼ worse, each in the direction that the column states. This page needs no network.
        </footer>
        <script>
          ${new Html(pageScript)}
        </script>
      </body>
    </html> `.text
}
