// Which tables and figures the report has, which trained models each one needs, and so what a reproduction has to train. Pure: nothing
// is read, timed or trained here.
import { inputError } from '../../errors.js'
import { reportGeometries } from '../../report/published.js'
import { bestGeometry, type OptionNamer, type TrainOptions } from '../../training/options.js'

/** One training of the report. */
export interface TrialPlan {
  /** `ae-k3s1p1`, `vae-k5s1p2-l1`: its folder's name, too. */
  readonly id: string
  /** `AE (3, 1, 1)`, `VAE (5, 1, 2), L1` */
  readonly title: string
  readonly options: Pick<TrainOptions, 'model' | 'loss'> & {
    readonly kernel: number
    readonly stride: number
    readonly padding: number
  }
}

function trial(
  model: 'ae' | 'vae',
  [kernel, stride, padding]: readonly [number, number, number],
  loss: 'mse' | 'l1',
): TrialPlan {
  return {
    id: `${model}-k${kernel}s${stride}p${padding}${loss === 'l1' ? '-l1' : ''}`,
    title: `${model.toUpperCase()} (${kernel}, ${stride}, ${padding})${loss === 'l1' ? ', L1' : ''}`,
    options: { model, kernel, stride, padding, loss },
  }
}

const best = (model: 'ae' | 'vae', loss: 'mse' | 'l1' = 'mse') => {
  const { kernel, stride, padding } = bestGeometry[model]
  return trial(model, [kernel, stride, padding], loss)
}

export const table1Trials = reportGeometries.map(geometry => trial('ae', geometry, 'mse'))
export const table4Trials = reportGeometries.map(geometry => trial('vae', geometry, 'mse'))
export const bestAe = best('ae')
export const bestVae = best('vae')
/** Figure 5: the best VAE again, trained with L1 + KL. */
export const l1Vae = best('vae', 'l1')

/** The pairs of figures (AE, VAE) that show each image under latent noise. Which images: training/figure-ids.ts. */
export const noiseFigures = [
  { figures: [6, 7] },
  { figures: [8, 9] },
  { figures: [10, 11] },
  { figures: [12, 13] },
] as const

const needs: Readonly<Record<string, readonly TrialPlan[]>> = {
  table1: table1Trials,
  table2: [bestAe],
  table3: [bestAe],
  table4: table4Trials,
  table5: [bestVae],
  table6: [bestVae],
  figure1: [],
  figure2: [bestAe],
  figure3: [],
  figure4: [bestVae],
  figure5: [bestVae, l1Vae],
  ...Object.fromEntries(
    noiseFigures.flatMap(({ figures }) => figures.map(number => [`figure${number}`, [bestAe, bestVae]])),
  ),
}

/** Ids of everything that the report shows: `table1` to `table6`, `figure1` to `figure13`. */
export const itemIds: readonly string[] = Object.keys(needs)

const namesOfMany: Readonly<Record<string, RegExp>> = { tables: /^table/, figures: /^figure/ }

/** One word of --only: an id, `figure6-13`, `tables` or `figures`. */
function idsOf(word: string): readonly string[] {
  const many = Object.hasOwn(namesOfMany, word) ? namesOfMany[word] : undefined
  if (many) return itemIds.filter(id => many.test(id))
  const [, kind, from, to] = /^(table|figure)(\d{1,2})(?:-(\d{1,2}))?$/.exec(word) ?? []
  const isWanted = (id: string) => {
    const number = Number(id.slice(kind!.length))
    return id.startsWith(kind!) && number >= Number(from) && number <= Number(to ?? from)
  }
  return kind === undefined ? [] : itemIds.filter(isWanted)
}

/**
 * `table1,figure5,figure6-13` as ids in the report's order; left out: all.
 * @throws INPUT, naming the word that is none
 */
export function readOnly(text: string | undefined, name: OptionNamer): string[] {
  if (text === undefined) return [...itemIds]
  const wanted = new Set<string>()
  for (const word of text.split(',').map(part => part.trim().toLowerCase())) {
    const ids = idsOf(word)
    if (ids.length === 0)
      throw inputError(
        `${name('only')}: found '${word}', wanted table1 to table6, figure1 to figure13, a range like figure6-13, tables or figures. For example ${name('only')} table1,figure5.`,
      )
    for (const id of ids) wanted.add(id)
  }
  return itemIds.filter(id => wanted.has(id))
}

/** What has to be trained for these items, each once, in the report's order. */
export function trialsFor(items: readonly string[]): TrialPlan[] {
  const ids = new Set(items.flatMap(item => needs[item]!.map(({ id }) => id)))
  return [...table1Trials, ...table4Trials, l1Vae].filter(({ id }) => ids.has(id))
}
