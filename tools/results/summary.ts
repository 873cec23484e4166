// The few numbers of docs/results that README shows: the report's two best models, beside ours by its recipe and by our own.
import { publishedQuality } from '../../src/report/published.js'
import { bestGeometry } from '../../src/training/options.js'
import type { ImagesQuality } from '../../src/training/types.js'
import { lastTen } from './goals.js'
import { shortenings } from './made.js'
import { fixed, nothing, readAll, table, type Source } from './part.js'
import type { Run } from './source.js'

const names = ['ae-report', 'ae-best', 'vae-report', 'vae-best'] as const

interface Line {
  readonly what: string
  readonly kind: 'ae' | 'vae'
  readonly key: Exclude<keyof ImagesQuality, 'images'>
  readonly digits: number
  readonly report?: 'psnr' | 'ssim'
}

const lines: readonly Line[] = [
  { what: 'AE (3, 1, 1): PSNR (dB)', kind: 'ae', key: 'psnr', digits: 2, report: 'psnr' },
  { what: 'SSIM', kind: 'ae', key: 'ssim', digits: 4, report: 'ssim' },
  { what: 'VAE (5, 1, 2): PSNR (dB)', kind: 'vae', key: 'psnr', digits: 2, report: 'psnr' },
  { what: 'SSIM', kind: 'vae', key: 'ssim', digits: 4, report: 'ssim' },
  { what: 'PSNR (dB), decoded from the mean', kind: 'vae', key: 'psnrMean', digits: 2 },
  { what: 'SSIM, decoded from the mean', kind: 'vae', key: 'ssimMean', digits: 4 },
  { what: 'KL (nats a latent value)', kind: 'vae', key: 'kl', digits: 4 },
]

/** The mean of the last ten epochs where they were measured one by one, else the last weights'. */
function valueOf({ key, digits }: Line, run: Run | undefined): string {
  if (run === undefined) return nothing
  const mean = key === 'psnr' || key === 'ssim' ? lastTen(key)(run, false) : undefined
  return fixed(mean ?? run.summary?.[key], digits)
}

/** Markdown. */
export async function summaryBlock({ run }: Source): Promise<string> {
  const runs = await readAll(names, run)
  const published = (kind: 'ae' | 'vae') => publishedQuality({ kind, ...bestGeometry[kind] })
  const rows = lines.map(line => {
    const report = line.report && published(line.kind)?.[line.report]
    const ours = (['report', 'best'] as const).map(preset => valueOf(line, runs.get(`${line.kind}-${preset}`)))
    return [line.what, report === undefined ? nothing : String(report), ...ours]
  })
  const marks = [...runs.values()]
    .filter(each => shortenings(each).length > 0)
    .map(each => `\`${each.name}\`: **${shortenings(each).join('; ')}**.`)
  const heads = ["on the report's 1476 images", 'report', '`train`', '`train --preset best`']
  return [...table(heads, rows), ...marks].join('\n')
}
