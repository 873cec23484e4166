// A map of a model's latents: principal components of all images' codes (for a VAE, their means), coloured by label; for a VAE also KL
// divergence and active units by channel. Writes no file.
import type { Dataset } from '../data/dataset.js'
import { inputError } from '../errors.js'
import { channelChart, latentScatter } from '../report/latent-chart.js'
import { mean } from '../training/metrics.js'
import { csvField } from './csv.js'
import { latentGram } from './latent-gram.js'
import { latentStatistics, type ChannelStatistics } from './latent-statistics.js'
import { principalComponents } from './principal-components.js'
import { imagesOf, latentShape, withSession, type Artwork, type NamedModel, type StudyOptions } from './study.js'

export interface LatentOptions {
  /** The first `limit` images; null = all. */
  readonly limit: number | null
}

export interface LatentMapPoint {
  readonly id: number
  /** Class of the image, '' where it has none. */
  readonly label: string
  /** Coordinates on the first two principal components, in units of the latent. */
  readonly x: number
  readonly y: number
}

export interface LatentMap {
  readonly model: string
  readonly images: number
  /** [height, width, channels] of one latent. */
  readonly latent: readonly [number, number, number]
  readonly points: readonly LatentMapPoint[]
  /** Share of the variance on the leading components, 0 to 1, descending; at most 10. */
  readonly explained: readonly number[]
  /** VAE only. */
  readonly channels?: readonly ChannelStatistics[]
  readonly activeUnits?: number
  readonly units?: number
  /** VAE: mean KL per latent value in nats, as in the loss. */
  readonly kl?: number
  readonly artworks: readonly Artwork[]
}

const components = 10

function labelOf({ labels, classNames }: Dataset, id: number): string {
  const label = labels?.[id]
  return label === undefined ? '' : (classNames?.[label] ?? `label ${label}`)
}

function pointsCsv(points: readonly LatentMapPoint[]): string {
  const rows = points.map(({ id, label, x, y }) => `${id},${csvField(label)},${x},${y}\n`)
  return `id,label,pc1,pc2\n${rows.join('')}`
}

function channelsCsv(channels: readonly ChannelStatistics[]): string {
  const rows = channels.map(({ channel, kl, activeUnits, units }) => `${channel},${kl},${activeUnits},${units}\n`)
  return `channel,kl_nats_per_value,active_units,units\n${rows.join('')}`
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

async function mapArtworks(label: string, points: readonly LatentMapPoint[], explained: readonly number[]) {
  const classes = [...new Set(points.map(point => point.label))].filter(name => name !== '').sort()
  const centres = classes.map(name => {
    const own = points.filter(point => point.label === name)
    const [x, y] = [mean(own.map(point => point.x)), mean(own.map(point => point.y))]
    return `${name} (${own.length}) about ${x.toFixed(1)}, ${y.toFixed(1)}`
  })
  const shares = `${percent(explained[0] ?? 0)} and ${percent(explained[1] ?? 0)} of the variance`
  const colours = classes.length > 1 ? ', coloured by label' : ''
  const artworks: Artwork[] = [
    {
      file: 'latent.svg',
      content: await latentScatter(points, explained, `Latents of ${label}`),
      alt: `Scatter of ${points.length} images on the first two principal components of their latents (${shares}).${centres.length > 0 ? ` Centres: ${centres.join('; ')}.` : ''}`,
      caption: `Latents of ${label} on their first two principal components, ${shares}${colours}; one mark an image.`,
    },
    {
      file: 'latent.csv',
      content: pointsCsv(points),
      alt: 'The coordinates as a table.',
      caption: 'Coordinates of each image on the first two principal components.',
    },
  ]
  return artworks
}

async function channelArtworks(label: string, channels: readonly ChannelStatistics[]) {
  const bars = channels.map(({ channel, kl, activeUnits, units }) => ({ channel, kl, active: activeUnits / units }))
  const most = bars.reduce((best, bar) => (bar.kl > best.kl ? bar : best))
  const [active, units] = totals(channels)
  const live = bars.filter(({ kl }) => kl > 0.01).length
  const artworks: Artwork[] = [
    {
      file: 'latent-channels.svg',
      content: await channelChart(bars, `What the channels of ${label} carry`),
      alt: `Bars of KL divergence and active units for ${channels.length} channels, most KL first: channel ${most.channel} has ${most.kl.toPrecision(3)} nats per value; ${live} channels have more than 0.01. ${active} of ${units} units are active.`,
      caption: `${label}: mean KL divergence of each channel's values from N(0, 1), and the share of its places whose mean varies over images by more than 0.01 (active units, Burda et al. 2015): ${active} of ${units} in all. ${live} of ${channels.length} channels have more than 0.01 nats per value.`,
    },
    {
      file: 'latent-channels.csv',
      content: channelsCsv(channels),
      alt: 'The channels as a table.',
      caption: 'KL divergence in nats per latent value, and active units, by channel.',
    },
  ]
  return artworks
}

function totals(channels: readonly ChannelStatistics[]): [active: number, units: number] {
  const sum = (key: 'activeUnits' | 'units') => channels.reduce((total, channel) => total + channel[key], 0)
  return [sum('activeUnits'), sum('units')]
}

/**
 * Encodes the images and maps their latents. Where all latents do not fit into half a gigabyte, images are encoded several times rather
 * than kept. Same arguments, same bytes on one machine, for any number of threads.
 * @throws INPUT for fewer than 3 images; ABORTED; WORKER
 */
export async function latentMap(
  named: NamedModel,
  dataset: Dataset,
  { limit }: LatentOptions,
  study: StudyOptions = {},
): Promise<LatentMap> {
  const { label, model } = named
  const count = Math.min(limit ?? dataset.count, dataset.count)
  if (count < 3)
    throw inputError(
      `latent: found ${count} images, wanted 3 or more for a map. Give more images, or a larger --limit.`,
    )
  const shape = latentShape(model.spec)
  const statistics = latentStatistics(shape)
  const isVae = model.spec.kind === 'vae'
  const ids = (first: number, many: number) => Array.from({ length: many }, (_, index) => first + index)
  const products = await withSession(named, dataset, study, session =>
    latentGram({
      count,
      length: shape.size,
      encode: (first, many) => session.encode(model, imagesOf(dataset, ids(first, many))),
      ahead: session.threads,
      ...(isVae && { receive: ({ latents }) => statistics.receive(latents) }),
      onProgress: (done, total) => study.onProgress?.(`${label}: encoded ${done}/${total}`),
      signal: study.signal,
    }),
  )
  study.onProgress?.('principal components')
  const { coordinates, explained } = principalComponents(products, count, components)
  const points = coordinates.map(([x = 0, y = 0], id) => ({ id, label: labelOf(dataset, id), x, y }))
  const channels = isVae ? statistics.channels() : undefined
  const [activeUnits, units] = totals(channels ?? [])
  return {
    model: label,
    images: count,
    latent: [shape.height, shape.width, shape.channels],
    points,
    explained,
    ...(channels && { channels, activeUnits, units, kl: mean(channels.map(({ kl }) => kl)) }),
    artworks: [
      ...(await mapArtworks(label, points, explained)),
      ...(channels ? await channelArtworks(label, channels) : []),
    ],
  }
}
