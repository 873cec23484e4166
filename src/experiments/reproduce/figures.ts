// The pictures, charts and second measurements of a reproduction, from trials that are finished. What lacks its trials is left out.
import type { Dataset } from '../../data/dataset.js'
import { layerSpecs, parameterSpecs } from '../../models/geometry.js'
import type { ModelSpec } from '../../models/spec.js'
import { lossChart } from '../../report/loss-chart.js'
import type { Block, PictureBlock } from '../../report/page/content.js'
import { pictureGrid, type Picture } from '../../report/pictures.js'
import { modelSummary } from '../../report/summary.js'
import { evaluate, openModel, type QualityReport } from '../../training/apply.js'
import { figureIds } from '../../training/figure-ids.js'
import { pictureAt, picturePsnr } from '../../training/figures.js'
import { compareFigure } from '../compare.js'
import { defaultSigmas, noiseFigure } from '../noise.js'
import { listed, sheetScale, withSession, type Artwork, type NamedModel } from '../study.js'
import { bestAe, bestVae, l1Vae, noiseFigures, type TrialPlan } from './plan.js'
import type { ReproduceSettings } from './state.js'
import type { TrialResult } from './trials.js'

export interface FigureContext {
  readonly items: readonly string[]
  readonly settings: ReproduceSettings
  readonly dataset: Dataset
  readonly threads: number
  readonly trials: ReadonlyMap<string, TrialResult>
  readonly signal?: AbortSignal | undefined
  readonly onStatus?: ((text: string) => void) | undefined
}

/** Figures 1 and 3. */
export function modelSummaries(specOf: (plan: TrialPlan) => ModelSpec): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [bestAe, bestVae].map(plan => {
      const spec = specOf(plan)
      const layers = layerSpecs(spec)
      return [plan.id, modelSummary(spec, layers, parameterSpecs(layers))]
    }),
  )
}

/** Figures 2 and 4, by trial id. */
export async function drawCharts({ items, trials }: FigureContext): Promise<ReadonlyMap<string, string>> {
  const charts = new Map<string, string>()
  for (const [item, plan] of [
    ['figure2', bestAe],
    ['figure4', bestVae],
  ] as const) {
    const found = trials.get(plan.id)
    if (found && items.includes(item))
      charts.set(plan.id, await lossChart(found.history, `Training loss per epoch: ${plan.title}`))
  }
  return charts
}

/** Tables 3 and 6: the best models read back from their files and measured over the images that they were trained on, by trial id. */
export async function evaluateBest(context: FigureContext): Promise<ReadonlyMap<string, QualityReport>> {
  const { items, trials, settings, threads, dataset, signal, onStatus } = context
  const found = new Map<string, QualityReport>()
  for (const [item, plan] of [
    ['table3', bestAe],
    ['table6', bestVae],
  ] as const) {
    const trial = trials.get(plan.id)
    if (!trial || !items.includes(item)) continue
    onStatus?.(`measuring ${plan.title} from its weights file`)
    const { data, seed, limit } = settings
    const images = () => Promise.resolve(dataset)
    found.set(plan.id, await evaluate({ model: trial.folder, data, seed, limit, threads, signal }, { images }))
  }
  return found
}

/** Width and height of a PNG, from its header. */
export function pngSize(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

/** A study's picture as a block of the page; `notes` say what its caption says. */
function artworkBlock({ content, alt, caption }: Artwork, id: string, label: string, title: string): PictureBlock {
  const size = typeof content === 'string' ? {} : { size: pngSize(content) }
  return { kind: 'picture', id, label, title, picture: content, ...size, alt, notes: [caption] }
}

async function openNamed({ folder }: TrialResult, label: string): Promise<NamedModel> {
  return { label, model: (await openModel({ model: folder })).model }
}

const studyOptions = ({ threads, signal, onStatus }: FigureContext) => ({ threads, signal, onProgress: onStatus })

/** A row of the overview: one model's reconstructions of the same images. */
interface OverviewRow {
  readonly label: string
  readonly pictures: readonly Picture[]
}

async function overviewRows(
  trial: TrialResult,
  ids: readonly number[],
  context: FigureContext,
): Promise<OverviewRow[]> {
  const { dataset, settings } = context
  const named = await openNamed(trial, trial.plan.title)
  const isVae = trial.plan.options.model === 'vae'
  return withSession(named, dataset, studyOptions(context), async session => {
    const row = async (label: string, fromMean: boolean): Promise<OverviewRow> => {
      const pixels = await session.reconstruct(named.model, ids, { seed: settings.seed, fromMean })
      return { label, pictures: ids.map((_, index) => pictureAt(pixels, index, dataset)) }
    }
    if (!isVae) return [await row('AE', false)]
    return [await row('VAE\nfrom mean', true), await row('VAE\nnoise drawn', false)]
  })
}

/** Originals above what the best models make of them. */
async function overview(context: FigureContext): Promise<PictureBlock | null> {
  const { trials, dataset, onStatus } = context
  const best = [bestAe, bestVae].flatMap(({ id }) => trials.get(id) ?? [])
  if (best.length === 0) return null
  onStatus?.('drawing originals and reconstructions')
  const ids = figureIds(dataset.count)
  const originals = ids.map(id => pictureAt(dataset.pixels, id, dataset))
  const rows: OverviewRow[] = [{ label: 'original', pictures: originals }]
  for (const trial of best) rows.push(...(await overviewRows(trial, ids, context)))
  const captions = rows.map(({ pictures }, row) =>
    pictures.map((picture, index) =>
      row === 0 ? `id ${ids[index]!}` : `${picturePsnr(originals[index]!, picture).toFixed(1)} dB`,
    ),
  )
  const rowLabels = rows.map(({ label }) => label)
  const pictures = rows.map(row => row.pictures)
  const picture = await pictureGrid(pictures, { captions, rowLabels, scale: sheetScale(dataset), gap: 6 })
  const spoken = rowLabels.map(label => label.replace('\n', ' '))
  return {
    kind: 'picture',
    id: 'overview-picture',
    label: 'Overview',
    title: `The same eyes before and after ${listed(best.map(({ plan }) => plan.title))}`,
    picture,
    size: pngSize(picture),
    alt: `${ids.length} eyes in columns; rows from the top: ${spoken.join(', ')}.`,
    notes: [`Rows from the top: ${spoken.join(', ')}. PSNR under each picture, in dB on [0, 1]: higher is better.`],
  }
}

/**
 * The report's VAE has a ReLU on its log variance, so sigma is at least 1 and the decoder never met a mean alone in training: its latent
 * is drawn, as in training and as in Table 4.
 */
const sample = true

/** Figure 5. */
async function lossFigure(context: FigureContext): Promise<readonly Block[] | null> {
  const { trials, dataset, settings, items } = context
  const [mse, l1] = [trials.get(bestVae.id), trials.get(l1Vae.id)]
  if (!mse || !l1 || !items.includes('figure5')) return null
  const models = [await openNamed(mse, 'MSE + KL'), await openNamed(l1, 'L1 + KL')]
  const ids = figureIds(dataset.count, 4)
  const options = { ids, seed: settings.seed, sample }
  const { artworks } = await compareFigure(models, dataset, options, studyOptions(context))
  return artworks.map(artwork =>
    artworkBlock(artwork, 'figure5', 'Figure 5', `${bestVae.title} trained with MSE and with L1`),
  )
}

/** Figures 6 to 13, by the id of each image's first figure, and the curve over all. */
async function latentNoise(context: FigureContext): Promise<[id: string, blocks: readonly Block[]][]> {
  const { trials, dataset, settings, items } = context
  const [ae, vae] = [trials.get(bestAe.id), trials.get(bestVae.id)]
  const ids = figureIds(dataset.count, noiseFigures.length)
  const wanted = noiseFigures.filter(
    ({ figures }, index) => index < ids.length && figures.some(number => items.includes(`figure${number}`)),
  )
  if (!ae || !vae || wanted.length === 0) return []
  const models = [await openNamed(ae, ae.plan.title), await openNamed(vae, vae.plan.title)]
  const options = { sigmas: defaultSigmas, ids, seed: settings.seed, sample }
  const { artworks } = await noiseFigure(models, dataset, options, studyOptions(context))
  const named = (file: string) => artworks.find(artwork => artwork.file === file)!
  const pictures = wanted.map(({ figures: [first, second] }): [string, readonly Block[]] => {
    const id = ids[noiseFigures.findIndex(({ figures }) => figures[0] === first)]!
    const label = `Figures ${first} and ${second}`
    return [
      `figure${first}`,
      [artworkBlock(named(`noise-${id}.png`), `figure${first}`, label, `Noise in the latent code, image ${id}`)],
    ]
  })
  const curve = artworkBlock(
    named('noise.svg'),
    'noise-curve',
    'Figures 6 to 13',
    'PSNR over the strength of the noise',
  )
  return [...pictures, ['noise-curve', [curve]]]
}

/** Everything drawn from trained models, by the id of what it stands for. */
export async function drawFigures(context: FigureContext): Promise<ReadonlyMap<string, readonly Block[]>> {
  const figures = new Map<string, readonly Block[]>()
  const first = await overview(context)
  if (first) figures.set('overview', [first])
  const losses = await lossFigure(context)
  if (losses) figures.set('figure5', losses)
  for (const [id, blocks] of await latentNoise(context)) figures.set(id, blocks)
  return figures
}
