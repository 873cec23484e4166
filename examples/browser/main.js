// The example page: settings to `train`, and what it tells to the chart, the pictures and the status line. Everything that trains is in
// eyes-wasm/web.
import { generateEyes, safetensors, train } from 'eyes-wasm/web'
import { drawChart } from './chart.js'
import { readPictures, showPictures } from './pictures.js'

/** What `eyes-wasm doctor --reproduce` trains, and the SHA-256 of its weights on every machine. */
const published = {
  options: { kernel: 3, stride: 1, padding: 1, epochs: 3, batch: 16, lr: 0.001, loss: 'mse', klWeight: 1, seed: 0 },
  count: 32,
  weightsSha256: {
    ae: '6d01bb2a84ea6043de46b09df59400711d99366a7cc5c214c28c859fd0a40a33',
    vae: '62f638580edf2e73a1cd6a11fc805841e7fee8b9f654d676a060e18c7e48deb2',
  },
}
const shown = 8

const byId = id => document.getElementById(id)
const form = byId('settings')
const { run, model, count, epochs, threads } = form.elements
const [fields, start, stop, status, progress] = ['fields', 'start', 'stop', 'status', 'progress'].map(byId)
threads.value = navigator.hardwareConcurrency

/** What is dropped or chosen, as `train` takes it. */
let own = null

/** Numbers of the pictures that are shown. */
const firstOf = data => Array.from({ length: Math.min(shown, data.count) }, (_, id) => id)

function notice(text) {
  byId('notice').textContent = text
  byId('notice').hidden = text === ''
}

if (!crossOriginIsolated) {
  fields.disabled = true
  start.disabled = true
  status.textContent = ''
  notice(
    'This page is not cross-origin isolated: its workers cannot share memory, so it cannot train. ' +
      'Serve it with examples/browser/serve.js, which sends the two headers that it takes.',
  )
}

/** The pictures and options that the form says. */
function settings() {
  const isPublished = run.value === 'published'
  const data = run.value === 'own' ? own : generateEyes({ count: isPublished ? published.count : Number(count.value) })
  const chosen = isPublished
    ? published.options
    : { kernel: 3, stride: 1, padding: 1, batch: 16, epochs: Number(epochs.value), preset: 'best' }
  return { ...chosen, model: model.value, threads: Number(threads.value), data }
}

/** Lets the page draw before what follows. */
const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)))

async function trainAndShow(signal) {
  status.textContent = 'Drawing eyes …'
  await drawn()
  const options = settings()
  const { data } = options
  const ids = firstOf(data)
  const showRebuilt = showPictures(byId('pictures'), data, ids)
  const stepsPerEpoch = Math.ceil(data.count / options.batch)
  const steps = stepsPerEpoch * options.epochs
  const losses = []
  const means = []
  let drawnAt = 0
  const draw = () => {
    drawChart(byId('chart'), { losses, means, steps })
    drawnAt = performance.now()
  }
  const outcome = await train({
    ...options,
    signal,
    async onStart(view) {
      showRebuilt(await view.reconstruct(ids))
    },
    onStep({ loss }) {
      losses.push(loss)
      progress.value = losses.length / steps
      if (performance.now() > drawnAt + 100) draw()
    },
    async onEpoch({ epoch, loss, imagesPerSecond }, view) {
      means.push({ at: epoch * stepsPerEpoch, loss })
      status.textContent = `Epoch ${epoch} of ${options.epochs}: loss ${loss.toPrecision(3)}, ${Math.round(imagesPerSecond)} pictures a second`
      draw()
      showRebuilt(await view.reconstruct(ids))
    },
  })
  showOutcome(outcome)
}

function verdictOn(weightsSha256, finished) {
  if (!finished || run.value !== 'published') return 'SHA-256 of the weights: the same for every number of workers.'
  const isEqual = weightsSha256 === published.weightsSha256[model.value]
  return isEqual
    ? 'Equal to the published SHA-256, which Node computes too.'
    : 'DIFFERENT from the published SHA-256: please report this.'
}

function showOutcome({ model: trained, weightsSha256, history, seconds, threads: used, stopped }) {
  const workers = `${used} ${used === 1 ? 'worker' : 'workers'}`
  status.textContent = `${stopped ? 'Stopped after' : 'Finished'} ${history.length} epochs in ${seconds.toFixed(1)} s on ${workers}.`
  byId('hash').textContent = weightsSha256
  byId('verdict').textContent = verdictOn(weightsSha256, stopped === undefined)
  URL.revokeObjectURL(byId('download').href)
  byId('download').download = 'model.safetensors'
  byId('download').href = URL.createObjectURL(new Blob([safetensors(trained)]))
  byId('result').hidden = false
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const controller = new AbortController()
  stop.onclick = () => controller.abort()
  // What is being trained, and shown, is what the form says until the end.
  fields.disabled = true
  start.disabled = true
  stop.disabled = false
  byId('result').hidden = true
  notice('')
  progress.value = 0
  try {
    await trainAndShow(controller.signal)
  } catch (error) {
    status.textContent = ''
    notice(error.message)
  } finally {
    fields.disabled = false
    start.disabled = false
    stop.disabled = true
  }
})

/** The pictures to look at before a training, and which settings count for it. */
function prepare() {
  const data = run.value === 'own' ? own : generateEyes({ count: shown })
  showPictures(byId('pictures'), data, firstOf(data))
  count.disabled = run.value !== 'eyes'
  epochs.disabled = run.value === 'published'
}

async function take(files) {
  own = await readPictures(files)
  const isUsable = own.count > 0
  run.querySelector('[value=own]').disabled = !isUsable
  run.value = isUsable ? 'own' : 'eyes'
  prepare()
  status.textContent = isUsable
    ? `${own.count} pictures of yours, ready to train on.`
    : 'Found no pictures among these files.'
}

run.addEventListener('change', prepare)
byId('files').addEventListener('change', event => take(event.target.files))
document.addEventListener('dragover', event => {
  event.preventDefault()
  document.body.classList.add('dropping')
})
document.addEventListener('dragleave', () => document.body.classList.remove('dropping'))
document.addEventListener('drop', event => {
  event.preventDefault()
  document.body.classList.remove('dropping')
  if (!fields.disabled) void take(event.dataTransfer.files)
})

if (crossOriginIsolated) prepare()
