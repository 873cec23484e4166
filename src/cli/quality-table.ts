// PSNR, SSIM and MSE as a small aligned table of text, with the report's own values beside ours where it has them.
import type { QualityReport } from '../training/apply.js'
import type { ImagesQuality, Quality, TrainSummary } from '../training/types.js'

type Cells = readonly [name: string, psnr: string, ssim: string, mse: string]

const cells = (name: string, { psnr, ssim, mse }: Quality): Cells => [
  name,
  psnr.toFixed(2),
  ssim.toFixed(4),
  mse.toPrecision(3),
]

function align(rows: readonly Cells[]): string[] {
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!))).join('  '),
  )
}

/** Lines of the table: ours (for a VAE with its noise drawn, and from the mean), then the report's. */
export function formatQuality(found: TrainSummary | QualityReport): string[] {
  const { heldOut } = found
  const published = 'report' in found ? found.report : null
  const rows: Cells[] = [
    ['', 'PSNR (dB)', 'SSIM', 'MSE'],
    ...ourRows(found, heldOut ? 'trained on' : ''),
    ...(heldOut ? ourRows(heldOut, 'held out') : []),
    ...(published ? [[`report, Table ${published.table}`, ...publishedCells(published)] as const] : []),
  ]
  return align(rows)
}

/** Ours over some images, `which` of them: for a VAE two rows. */
function ourRows(found: Quality & Partial<ImagesQuality>, which: string): Cells[] {
  const { psnrMean, ssimMean, mseMean } = found
  if (psnrMean === undefined || ssimMean === undefined || mseMean === undefined)
    return [cells(which === '' ? 'measured' : which, found)]
  const before = which === '' ? '' : `${which}, `
  const mean = { psnr: psnrMean, ssim: ssimMean, mse: mseMean }
  return [cells(`${before}noise drawn`, found), cells(`${before}from the mean`, mean)]
}

/** As the report prints them. */
const publishedCells = ({ psnr, ssim, mse }: Quality) => [psnr.toFixed(2), ssim.toFixed(3), mse.toFixed(4)] as const
