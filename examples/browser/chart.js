// The loss curve as SVG: a thin line through the steps, a thick one through the epochs' means, on a logarithmic axis.

const namespace = 'http://www.w3.org/2000/svg'
const plot = { left: 64, right: 472, top: 14, bottom: 352 }

function element(name, attributes, text = '') {
  const made = document.createElementNS(namespace, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.textContent = text
  return made
}

/** 1, 2 and 5 times the powers of ten from `low` to `high`; all their multiples where those would be too few. */
function ticks(low, high) {
  const first = Math.floor(Math.log10(low))
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, i) => 10 ** (first + i))
  const among = digits =>
    decades.flatMap(power => digits.map(digit => digit * power)).filter(value => value >= low && value <= high)
  const few = among([1, 2, 5])
  return few.length > 2 ? few : among([1, 2, 3, 4, 5, 6, 7, 8, 9])
}

/**
 * @param {SVGElement} svg
 * @param {{ losses: number[], means: { at: number, loss: number }[], steps: number }} run losses of the steps so far; means of the epochs
 * so far, `at` the number of steps done; steps in all
 */
export function drawChart(svg, { losses, means, steps }) {
  const values = [...losses, ...means.map(({ loss }) => loss)].filter(value => value > 0)
  if (values.length === 0) return svg.replaceChildren()
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)) / 1.2, values.reduce((a, b) => Math.max(a, b)) * 1.2]
  const x = step => plot.left + ((plot.right - plot.left) * step) / steps
  const y = loss => plot.bottom - ((plot.bottom - plot.top) * Math.log(loss / low)) / Math.log(high / low)
  const path = points =>
    points.map(([step, loss], i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join('')
  const lines = ticks(low, high).flatMap(value => [
    element('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y(value), y2: y(value) }),
    element('text', { x: plot.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, `${Number(value.toPrecision(1))}`),
  ])
  svg.replaceChildren(
    ...lines,
    element('text', { x: plot.left, y: 382 }, '0'),
    element('text', { x: plot.right, y: 382, 'text-anchor': 'end' }, `${steps} steps`),
    element('path', { class: 'steps', d: path(losses.map((loss, i) => [i + 1, loss])) }),
    element('path', { class: 'epochs', d: path(means.map(({ at, loss }) => [at, loss])) }),
  )
}
