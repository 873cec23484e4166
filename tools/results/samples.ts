// Parts "samples", "pictures of generated eyes" and "other runs": distances of every folder of samples, and runs beside the four long ones.
// What pictures may be copied is copying.ts.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SampleFigure } from '../../src/experiments/sample.js'
import { runFiles, runTitle } from '../../src/training/run-folder.js'
import { generatedPrefix, isPublicRun, keepPromise, pictures, plain } from './copying.js'
import { longRuns } from './goals.js'
import { madeByRun, madeByStudy, marksText } from './made.js'
import { fixed, nothing, percentOf, readAll, table, type Part, type Source } from './part.js'
import type { Run, Study } from './source.js'

type SampleDistance = NonNullable<SampleFigure['distances']>[number]

const distanceRows = (studies: readonly Study[]) =>
  studies.flatMap(({ name, data }) => {
    const { model, distances = [], fit } = data as unknown as SampleFigure
    const of = (what: SampleDistance['what']) => {
      const found = distances.find(distance => distance.what === what)
      return found ? found.distance.toPrecision(3) : nothing
    }
    const set = distances.find(({ what }) => what === 'low-rank') ?? distances[0]
    return [
      [
        `\`${name}\`, ${model}`,
        of('prior'),
        of('low-rank'),
        of('reconstructions'),
        of('odd images'),
        set ? `${set.pictures} / ${set.images}` : nothing,
        fit ? `${fit.rank} (${percentOf(fit.share)})` : nothing,
      ],
    ]
  })

/** What is expected of them by the goals, with these names. */
const wantedSamples = ['samples-vae-report', 'samples-vae-best'].flatMap(name => [name, `${generatedPrefix}${name}`])

export async function samplesPart({ study, names }: Source): Promise<Part> {
  const own = names.filter(name => name.replace(generatedPrefix, '').startsWith('samples'))
  const studies = [...(await readAll(own, name => study(name, 'sample'))).values()]
  const shown = await Promise.all(studies.map(pictures))
  const heads = [
    'samples',
    'prior N(0, I)',
    'low-rank Gaussian',
    'reconstructions',
    'half of the images',
    'pictures / images',
    'directions (variance)',
  ]
  return {
    id: 'samples',
    title: 'Samples',
    lines: [
      ...(studies.length > 0
        ? [
            ...table(heads, distanceRows(studies)),
            "Squared Frechet distance between the images and each set of pictures, on the spatial means of the model's own encoder channels: no FID, and comparable within a row alone. Reconstructions are the floor that any sampler through this decoder has; one half of the images from the other is the floor of the images themselves.",
            '',
          ]
        : []),
      ...studies.flatMap((each, i) => {
        const { note } = each.data as unknown as SampleFigure
        return [
          `### \`${each.name}\``,
          '',
          ...(note === null || shown[i]!.files.length > 0 ? [] : [plain(note), '']),
          ...shown[i]!.lines,
          ...madeByStudy(each),
          '',
        ]
      }),
    ],
    files: shown.flatMap(({ files }) => files),
    missing: wantedSamples.filter(name => !studies.some(each => each.name === name)),
  }
}

/** Scores of runs; what was held out beside what was trained on, where there is any. */
function runTable(runs: readonly Run[]): string[] {
  const hasHeldOut = runs.some(({ summary }) => summary?.heldOut !== undefined)
  const heldOut = hasHeldOut ? ['PSNR held out', 'SSIM held out', 'PSNR from the mean, held out'] : []
  return table(
    ['run', 'epochs', 'PSNR (dB)', 'SSIM', 'PSNR from the mean (dB)', 'KL', ...heldOut],
    runs.map(own => {
      const { summary } = own
      const other = summary?.heldOut
      return [
        `\`${own.name}\`, ${runTitle(own.config)}`,
        marksText(own),
        fixed(summary?.psnr, 2),
        fixed(summary?.ssim, 4),
        fixed(summary?.psnrMean, 2),
        fixed(summary?.kl, 5),
        ...(hasHeldOut ? [fixed(other?.psnr, 2), fixed(other?.ssim, 4), fixed(other?.psnrMean, 2)] : []),
      ]
    }),
  )
}

/** Runs of any other name, on any eyes: numbers alone. */
export async function othersPart({ run, names }: Source): Promise<Part> {
  const isOther = (name: string) => !name.startsWith(generatedPrefix) && !longRuns.some(known => known === name)
  const runs = [...(await readAll(names.filter(isOther), run)).values()]
  return {
    id: 'others',
    title: 'Other runs',
    lines: runs.length === 0 ? [] : [...runTable(runs), ...runs.flatMap(own => [...madeByRun(own), ''])],
    files: [],
    missing: [],
  }
}

/** Runs on generated eyes: what they reached, and their pictures. */
export async function generatedPart({ run, names }: Source): Promise<Part> {
  const runs = [
    ...(
      await readAll(
        names.filter(name => name.startsWith(generatedPrefix)),
        run,
      )
    ).values(),
  ]
  const finished = runs.filter(({ summary }) => summary !== null)
  for (const each of runs) keepPromise(each.name, isPublicRun(each))
  const files = await Promise.all(
    finished.map(async ({ name, path }) => ({
      name: `${name}-${runFiles.reconstructions}`,
      content: await readFile(join(path, runFiles.reconstructions)),
    })),
  )
  return {
    id: 'generated',
    title: 'Pictures: generated eyes',
    lines: [
      ...runTable(finished),
      ...finished.flatMap((own, i) => [
        `![Generated eyes, and under them what ${own.name} makes of them.](${files[i]!.name})`,
        '',
        `\`${own.name}\`: originals, and under each its reconstruction and PSNR.`,
        '',
        ...madeByRun(own),
        '',
      ]),
    ],
    files,
    missing: longRuns.map(name => `${generatedPrefix}${name}`).filter(name => !finished.some(own => own.name === name)),
  }
}
