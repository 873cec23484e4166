// The page's style sheet: light and dark, wide and narrow screens, paper. Charts are drawn for white paper; here their colours are
// bound to the page's own, by the colour that each mark was drawn with. Text only.
import { chartColours } from '../chart.js'

/** Chart colours on a dark ground: the same hues, light enough for 3:1 against it. Black becomes white. */
const darkColours: Readonly<Record<string, string>> = {
  '#0072B2': '#56B4E9',
  '#D55E00': '#FF8A3D',
  '#009E73': '#2CC79A',
  '#CC79A7': '#E39AC4',
  '#E69F00': '#F2B632',
  '#56B4E9': '#9AD4F7',
  '#000000': '#F1EFEA',
}

const darkMarks = chartColours
  .map(
    colour => `
  .chart svg [stroke="${colour}"] { stroke: ${darkColours[colour]!}; }
  .chart svg [fill="${colour}"] { fill: ${darkColours[colour]!}; }`,
  )
  .join('')

export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --surface: #ffffff; --text: #1d1f23; --muted: #565b64; --line: #dcd9d1; --strong-line: #a8a49a;
  --accent: #005b8f; --better: #005b8f; --worse: #a34300; --notice: #fff4dc; --notice-line: #d9a21b; --mat: #ffffff; --grid: #e6e6e6;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif;
}
main, header, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; }
h1, h2, h3 { font-family: ui-serif, Georgia, "Times New Roman", serif; line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 2.9rem); font-weight: 600; margin: 0 0 .75rem; letter-spacing: -.015em; }
h2 { font-size: 1.7rem; font-weight: 600; margin: 4rem 0 .5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
.lead { font-size: 1.15rem; color: var(--muted); max-width: 44rem; }
.notice {
  max-width: 46rem; margin: 1.25rem 0; padding: .75rem 1rem;
  background: var(--notice); border-left: 4px solid var(--notice-line); border-radius: 0 6px 6px 0;
}
.results { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 2rem 0; padding: 0; list-style: none; }
.results li { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem; }
.results .what { display: block; font-size: .9rem; color: var(--muted); }
.results .value { display: block; white-space: nowrap; font-size: 2.1rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.results .unit { font-size: .95rem; font-weight: 400; color: var(--muted); letter-spacing: 0; }
.results .against { font-size: .9rem; color: var(--muted); }
nav { margin: 1.5rem 0 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .15rem 0; }
figure { margin: 2.25rem 0; }
figcaption { margin-bottom: .65rem; max-width: 46rem; font-weight: 600; }
.label { color: var(--accent); margin-right: .5em; white-space: nowrap; }
.note { font-size: .9rem; color: var(--muted); margin: .35rem 0; }
.box { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.box:has(> table), .box:has(> pre) { width: fit-content; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .94rem; }
th, td { padding: .45rem .8rem; text-align: right; white-space: nowrap; }
thead th { font-weight: 600; vertical-align: bottom; }
thead th[scope="colgroup"] { text-align: center; }
thead tr:last-child th { font-weight: 500; color: var(--muted); }
thead tr:last-child th, thead th.corner { border-bottom: 1.5px solid var(--strong-line); }
thead .unit { display: block; font-weight: 400; font-size: .86em; color: var(--muted); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody td { color: var(--muted); }
tbody td.own { color: var(--text); font-weight: 600; }
th[scope="row"], th.corner { text-align: left; position: sticky; left: 0; background: var(--surface); font-weight: 600; }
.group-start { border-left: 1px solid var(--line); }
.better, tbody td.better { color: var(--better); }
.worse, tbody td.worse { color: var(--worse); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
td { position: relative; }
.mark { font-size: .75em; margin-right: .3em; }
pre { margin: 0; padding: 1rem 1.15rem; font: .84rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.picture { background: var(--mat); padding: .5rem; }
.picture img { display: block; width: min(var(--natural, 100%), max(100%, 36rem)); height: auto; margin: 0 auto; }
.chart { max-width: 50rem; }
.chart svg { display: block; width: 100%; min-width: 30rem; height: auto; }
.chart svg > rect { fill: none; }
.chart svg text[fill="#555555"] { fill: var(--muted); }
.chart svg text[fill="#000"], .chart svg text[fill="#000000"], .chart svg text[fill="black"] { fill: var(--text); }
.chart svg [stroke="#e6e6e6"] { stroke: var(--grid); }
.chart.live { cursor: crosshair; touch-action: pan-x pan-y; }
.readout { min-height: 1.6em; margin: .5rem 0 0; font-size: .94rem; font-variant-numeric: tabular-nums; }
.readout b { font-weight: 600; }
.cursor { stroke: var(--muted); stroke-dasharray: 3 3; pointer-events: none; }
.missing { border: 1.5px dashed var(--strong-line); border-radius: 8px; padding: 1rem 1.15rem; color: var(--muted); }
dl.made { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 1rem 0; }
dl.made dt { color: var(--muted); }
dl.made dd { margin: 0; overflow-wrap: anywhere; }
footer { padding: 3rem 1.25rem; color: var(--muted); font-size: .9rem; }
@media (max-width: 40rem) {
  header { padding-top: 1.75rem; }
  h2 { margin-top: 3rem; }
  .results { grid-template-columns: 1fr 1fr; gap: .6rem; }
  .results li { padding: .75rem .8rem; }
  .results .value { font-size: 1.6rem; }
  .results .unit { font-size: .8rem; }
  th, td { padding: .4rem .55rem; }
  dl.made { grid-template-columns: 1fr; gap: 0; }
  dl.made dd { margin-bottom: .7rem; }
  pre { font-size: .75rem; }
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --surface: #1c1f25; --text: #ece9e2; --muted: #a9adb6; --line: #343840; --strong-line: #5d626c;
    --accent: #6cc0f0; --better: #6cc0f0; --worse: #ff9e5c; --notice: #33290f; --notice-line: #d9a21b; --mat: #ffffff; --grid: #343840;
  }${darkMarks}
}
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --surface: #fff; --text: #000; --muted: #444; --line: #ccc; --strong-line: #888;
    --accent: #003f63; --better: #003f63; --worse: #7a3200; --notice: #fff; --mat: #fff; --grid: #e6e6e6;
  }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  body { line-height: 1.45; }
  main, header, footer { max-width: none; padding: 0; }
  nav, .readout, .cursor { display: none; }
  h2 { margin-top: 1.5rem; break-after: avoid; }
  .results { grid-template-columns: repeat(4, 1fr); gap: .6rem; margin: 1rem 0; }
  .results li { padding: .6rem .75rem; }
  .results .value { font-size: 1.5rem; }
  figure { margin: 1.25rem 0; }
  figure, .results li, tr { break-inside: avoid; }
  .box { overflow: visible; border-color: #ccc; }
  table { font-size: 8pt; }
  th, td { padding: .2rem .35rem; }
  th[scope="row"], th.corner { position: static; }
  pre { font-size: 7.5pt; white-space: pre-wrap; }
  .picture img { width: min(var(--natural, 100%), 100%); }
  .chart svg { min-width: 0; max-width: 15cm; }
  a { color: inherit; text-decoration: none; }
}
`
