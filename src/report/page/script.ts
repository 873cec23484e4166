// The page's only script: pointing at a loss curve, or moving along it with the arrow keys, tells the values of the nearest epoch. The
// page is whole without it. Runs in the reader's browser, so it is text here; it reads nothing but the chart it belongs to.

export const pageScript = `
'use strict';
for (const chart of document.querySelectorAll('.chart[data-curve]')) {
  const epochs = JSON.parse(document.getElementById(chart.dataset.curve).textContent);
  const readout = document.getElementById(chart.dataset.readout);
  const svg = chart.querySelector('svg');
  const root = svg && svg.querySelector('.role-frame');
  const plot = root && root.querySelector('path.background');
  if (!plot || epochs.length === 0) continue;
  const { x, y, width, height } = plot.getBBox();
  const last = epochs.length - 1;
  // The axis runs from the first epoch to the last; a single epoch stands in its middle.
  const place = index => x + width * (last === 0 ? 0.5 : index / last);
  const cursor = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  cursor.setAttribute('class', 'cursor');
  cursor.setAttribute('y1', String(y));
  cursor.setAttribute('y2', String(y + height));
  cursor.style.visibility = 'hidden';
  root.append(cursor);
  let shown = last;
  const show = index => {
    shown = Math.min(last, Math.max(0, index));
    const at = String(place(shown));
    cursor.setAttribute('x1', at);
    cursor.setAttribute('x2', at);
    cursor.style.visibility = 'visible';
    const [epoch, ...parts] = epochs[shown];
    readout.replaceChildren(...['epoch ' + epoch, ...parts].flatMap((text, i) => {
      const part = document.createElement(i === 0 ? 'b' : 'span');
      part.textContent = text;
      return i === 0 ? [part] : [' \\u00b7 ', part];
    }));
  };
  const point = event => {
    const matrix = root.getScreenCTM();
    if (!matrix) return;
    const { x: at } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    show(Math.round(((at - x) / width) * last));
  };
  chart.addEventListener('pointermove', point);
  chart.addEventListener('pointerdown', point);
  chart.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(Math.abs(step) === Infinity ? (step < 0 ? 0 : last) : shown + step);
  });
  chart.tabIndex = 0;
  chart.classList.add('live');
  readout.textContent = readout.dataset.hint;
}
`
