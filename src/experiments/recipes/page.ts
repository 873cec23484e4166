// docs/recipes.md as text: the table, the rule behind its last column, how it was made, and what each recipe is. Nothing is computed here but
// how numbers look.
import type { TrainOptions } from '../../training/options.js'
import { trainFlags } from '../../training/command-line.js'
import type { Statistic } from '../statistics.js'
import { counted, type Artwork } from '../study.js'
import { catalogue } from './catalogue.js'
import type { RecipeRow, RecipesFound } from './results.js'
import { leastDifference, type Judged } from './verdict.js'

/** Where the numbers come from. */
export interface Provenance {
  /** The command that made the page, without folders of the machine. */
  readonly command: string
  /** What the images are called, and how many there are in all. */
  readonly data: string
  readonly images: number
  readonly dataSha256: string
  /** Processor, memory, system, Node; no host name. */
  readonly machine: string
  readonly version: string
  /** Day of the last training, YYYY-MM-DD. */
  readonly date: string
  readonly seeds: readonly number[]
  readonly baselines: readonly TrainOptions[]
  readonly epochs: number
  readonly batch: number
}

/** The folder beside the page that its pictures lie in. */
export const pictureFolder = 'images'

const nothing = '–'

const number = (value: number, digits: number) =>
  Number.isFinite(value) ? value.toFixed(digits) : String(value).replace('Infinity', '∞')

function spread(found: Statistic | null, digits: number): string {
  if (found === null) return nothing
  return found.sd === null ? number(found.mean, digits) : `${number(found.mean, digits)} ± ${number(found.sd, digits)}`
}

const mean = (found: Statistic | null, show: (value: number) => string) => (found === null ? nothing : show(found.mean))

const percent = (share: number) => `${number(100 * share, 0)} %`

const signed = (found: Judged | null | undefined, digits: number) => {
  if (!found) return nothing
  const { mean: value } = found.difference
  return `${value < 0 ? '−' : '+'}${number(Math.abs(value), digits)}`
}

const columns: readonly (readonly [head: string, cell: (row: RecipeRow) => string])[] = [
  ['recipe', ({ recipe, label }) => (recipe === null ? `**${label}**` : label)],
  ['flags', ({ changes }) => (Object.keys(changes).length === 0 ? '' : `\`${trainFlags(changes).join(' ')}\``)],
  ['PSNR trained on', ({ values }) => spread(values.psnr, 2)],
  ['PSNR held out', ({ values }) => spread(values.heldOutPsnr, 2)],
  ['from the mean', ({ values }) => spread(values.heldOutPsnrMean, 2)],
  ['SSIM trained on', ({ values }) => spread(values.ssim, 3)],
  ['SSIM held out', ({ values }) => spread(values.heldOutSsim, 3)],
  ['KL', ({ values }) => mean(values.kl, value => value.toPrecision(2))],
  ['detail kept', ({ values }) => mean(values.highPower, percent)],
  ['its error', ({ values }) => mean(values.highError, percent)],
  ['Δ PSNR', ({ judged }) => signed(judged?.psnr, 2)],
  ['Δ SSIM', ({ judged }) => signed(judged?.ssim, 3)],
  ['verdict', row => (row.recipe === null ? '' : (row.verdict ?? 'not finished'))],
]

function tableOf(rows: readonly RecipeRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = columns.map((_, index) => (index < 2 || index === columns.length - 1 ? '---' : '--:'))
  return [
    line(columns.map(([head]) => head)),
    line(rule),
    ...rows.map(row => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n')
}

function ruleText({ spread: { ae, vae } }: RecipesFound, seeds: number): string {
  const say = (values: typeof ae) =>
    `${number(values.psnr ?? 0, 2)} dB, ${number(values.ssim ?? 0, 4)} SSIM, ${number(values.sharpness ?? 0, 3)} sharpness`
  const spreads =
    seeds < 2
      ? 'There is one seed, so that nothing is known of the spread: small differences may be noise.'
      : `± is the sample standard deviation over seeds. That of a difference, in the median row: AE ${say(ae)}; VAE ${say(vae)}.`
  return [
    'Each row is one change to the baseline of its model, which is printed in bold; differences (Δ) are taken between runs of the same seed, which have the same start and the same held-out images. Three things are judged on held-out images: PSNR, SSIM, and sharpness.',
    `A difference counts when it is larger than ${leastDifference.psnr} dB, ${leastDifference.ssim} SSIM or ${leastDifference.sharpness} sharpness, and than twice its standard error (the row's own spread over seeds or the median row's, whichever is larger). \`helps\`: PSNR is higher and neither of the others lower. \`helps … only\`: the same without PSNR. \`helps …, costs …\`: both. \`does not: costs …\`: nothing gained. \`no difference\`: none counts. Where PSNR on the images that were trained on says something else, it is added.`,
    'Sharpness is how much nearer to 1 the share of kept detail comes, less what its error grows by. Detail is the power above half the highest frequency along an axis, under a Hann window: `detail kept` is that of the reconstruction over that of the original, `its error` that of their difference; 100 % of error is as bad as leaving the detail out. `eyes-wasm spectrum` says more.',
    "A VAE's PSNR and SSIM are with its noise drawn, as it is trained and as the report measures; `from the mean` is PSNR held out with the mean decoded, and its detail is that of the mean. KL is in nats a latent value, held out. A recipe that raises PSNR with a higher KL has bought it: `eyes-wasm rate-distortion` draws the price.",
    spreads,
  ].join('\n\n')
}

const picture = ({ file, alt, caption }: Artwork) => `![${alt}](${pictureFolder}/${file})\n\n${caption}`

function madeBy(found: RecipesFound, from: Provenance): string {
  const { training, heldOut } = found
  const steps = Math.ceil(training / Math.min(from.batch, training))
  const short = `Shortened: ${counted(from.epochs, 'epoch')} on ${training} images (the report: 500 on 1476), ${heldOut} others held out, ${steps} steps an epoch (the report: 9), seeds ${from.seeds.join(', ')}. What takes many epochs to pay, or to hurt, does not show here.`
  const baselines = from.baselines.map(options => `eyes-wasm train ${trainFlags(options).join(' ')}`)
  return [
    `Made by one command on ${from.date}, from ${from.images} images of ${from.data} (SHA-256 ${from.dataSha256.slice(0, 12)}…):`,
    ['```', from.command, '```'].join('\n'),
    `eyes-wasm ${from.version}; ${from.machine}.`,
    short,
    'The baselines, with each seed:',
    ['```', ...baselines, '```'].join('\n'),
  ].join('\n\n')
}

const meanings = () => catalogue.map(({ name, meaning, source }) => `- **${name}**: ${meaning} (${source})`).join('\n')

/** The page. Same arguments, same text. */
export function recipesPage(found: RecipesFound, pictures: readonly Artwork[], from: Provenance): string {
  const sections = [
    '# Recipes: what helps, and what does not',
    '<!-- Made by `npm run recipes`: nothing here is edited by hand. -->',
    'What goes beyond the report is off in the `report` preset. Here each recipe stands alone beside the same training without it.',
    madeBy(found, from),
    '## The table',
    tableOf(found.rows),
    '## How to read it',
    ruleText(found, from.seeds.length),
    ...(pictures.length > 0 ? ['## Fine detail under each loss', ...pictures.map(picture)] : []),
    '## What each one is',
    meanings(),
  ]
  return sections.join('\n\n') + '\n'
}
