// Folders as `train`, `sweep`, `sample` and `spectrum` leave them, with numbers made up here: nothing is trained. For the tests of tools/results.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expand, type SweepPlan } from '../../src/experiments/sweep/expand.js'
import { preset } from '../../src/experiments/sweep/presets.js'
import { recordText } from '../../src/experiments/sweep/records.js'
import { resolveOptions, type TrainOptions } from '../../src/training/options.js'
import { provenance } from '../../src/training/run-config.js'

export interface RunNumbers {
  readonly options: TrainOptions
  /** MSE and KL of each epoch that is done. */
  readonly epochs: readonly (readonly [mse: number, kl: number])[]
  /** null: still training. */
  readonly quality: { readonly psnr: number; readonly ssim: number; readonly psnrMean?: number } | null
}

const summaryOf = ({ options, epochs, quality }: RunNumbers) => {
  const { model, kernel, stride, padding } = resolveOptions(options).settings
  const [mse, kl] = epochs.at(-1)!
  const counts = { epochs: epochs.length, images: options.limit ?? 1476, threads: 2, imagesPerSecond: 99, seconds: 7 }
  const ofVae = model === 'vae' ? { kl, ssimMean: 0.9, mseMean: mse, psnrMean: 20 } : {}
  return { model, kernel, stride, padding, mse, ...counts, ...ofVae, ...quality!, weightsSha256: 'a'.repeat(64) }
}

/** A run's folder; its pictures are there, with no picture in them. */
export async function writeRun(folder: string, numbers: RunNumbers): Promise<void> {
  const { options, epochs, quality } = numbers
  await mkdir(folder, { recursive: true })
  const put = (name: string, text: string) => writeFile(join(folder, name), text)
  const { settings } = resolveOptions(options)
  const source = settings.data ?? 'generated eyes'
  const data = { source, count: 1476, height: 50, width: 50, sha256: 'b'.repeat(64) }
  const config = { format: 'eyes-wasm run', formatVersion: 1, options: { ...settings, height: 50, width: 50 } }
  await put('config.json', JSON.stringify({ ...config, control: {}, data, initSha256: null, ...provenance() }))
  const rows = epochs.map(([mse, kl], i) => [i + 1, mse + kl, mse, kl, '1.5', '98.4'].join(','))
  await put('history.csv', ['epoch,loss,mse,kl,seconds,images_per_second', ...rows, ''].join('\n'))
  if (quality === null) return
  await put('summary.json', JSON.stringify(summaryOf(numbers)))
  await put('reconstructions.png', 'picture')
}

/** Table 1 or 4 with these scores, in the report's order of rows; null: not trained. */
export const writeTable = (
  folder: string,
  name: 'table1' | 'table4',
  scores: readonly (number | null)[],
  fixed: TrainOptions,
): Promise<void> => writeSweep(folder, expand({ ...preset(name), fixed }), scores, [0.01, 0.006])

/** What `rate-distortion` trains for these weights, with ReLU and with linear heads; each weight's KL is 0.006 over the weight. */
export async function writeRates(folder: string, weights: readonly number[], fixed: TrainOptions): Promise<void> {
  const axes = [
    { key: 'model', values: ['vae'] },
    { key: 'heads', values: ['relu', 'linear'] },
    { key: 'klWeight', values: weights },
  ] as const
  const plan = expand({ ...preset('table4'), name: 'rate-distortion', axes, fixed })
  const scores = plan.trials.map(() => 25)
  await writeSweep(folder, plan, scores, ({ klWeight = 1 }) => [0.005 + 0.0035 * klWeight, 0.006 / klWeight])
}

type Epoch = readonly [mse: number, kl: number]

async function writeSweep(
  folder: string,
  plan: SweepPlan,
  scores: readonly (number | null)[],
  epoch: Epoch | ((options: TrainOptions) => Epoch),
): Promise<void> {
  await mkdir(join(folder, 'trials'), { recursive: true })
  await writeFile(join(folder, 'sweep.json'), JSON.stringify({ format: 'eyes-wasm sweep', formatVersion: 1, ...plan }))
  const lines = []
  for (const { index, id, options } of plan.trials) {
    const psnr = scores[index] ?? null
    if (psnr === null) continue
    const epochs = [typeof epoch === 'function' ? epoch(options) : epoch]
    const numbers: RunNumbers = { options, epochs, quality: { psnr, ssim: psnr / 50 } }
    await writeRun(join(folder, 'trials', id), numbers)
    const ended = { index, id, sweep: plan.sha256, folder: `trials/${id}`, date: new Date().toISOString() }
    const { klWeight = 1, data } = options
    const about = { klWeight, parameters: 9, dataSha256: 'b'.repeat(64), data: data ?? 'generated eyes' }
    lines.push(recordText({ ...ended, status: 'finished', summary: summaryOf(numbers), ...about }))
  }
  await writeFile(join(folder, 'trials.jsonl'), lines.map(line => `${line}\n`).join(''))
}

/** A folder of `sample`, with or without saying that all of it is generated. */
export async function writeSamples(folder: string, generated: { run: boolean; images: boolean } | null): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files = [{ file: 'samples.png', alt: 'Pictures.', caption: 'Drawn.' }]
  const distances = [{ what: 'prior', pictures: 8, images: 16, distance: 0.25 }]
  const made = generated && {
    command: ['sample', '/home/somebody/runs/vae', '--data', '/home/somebody/eyes', '--out', '/home/somebody/s'],
    runs: [{ run: '/home/somebody/runs/vae', generatedEyes: generated.run }],
    images: { source: '/home/somebody/eyes', count: 16, sha256: 'c'.repeat(64), generatedEyes: generated.images },
    ...provenance(),
  }
  const record = { model: 'VAE (5, 1, 2)', note: 'Texture.', distances, files, ...(made && { made }) }
  await writeFile(join(folder, 'sample.json'), JSON.stringify(record))
  await writeFile(join(folder, 'samples.png'), 'picture')
}
