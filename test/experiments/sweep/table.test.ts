// Tables and chart of a sweep from invented records: which numbers stand beside which, and how each format writes them.
import { describe, expect, it } from 'vitest'
import { sweepChart } from '../../../src/experiments/sweep/chart.js'
import { kubernetesManifest, slurmScript } from '../../../src/experiments/sweep/cluster.js'
import { parseDefinition } from '../../../src/experiments/sweep/definition.js'
import { expand } from '../../../src/experiments/sweep/expand.js'
import { parseRecord, recordText, type TrialRecord } from '../../../src/experiments/sweep/records.js'
import { outcomesOf, sweepRows } from '../../../src/experiments/sweep/rows.js'
import { tableCells, tableCsv, tableLatex, tableMarkdown, tableNotes } from '../../../src/experiments/sweep/table.js'
import { statistic } from '../../../src/experiments/statistics.js'
import { parseDocument, parseAllDocuments } from 'yaml'

const ended = (index: number, id: string) => ({ index, id, sweep: 's', folder: `trials/${id}`, date: '' })

function rowsOf(definition: object, psnr: (index: number) => number | string, heldOut?: number) {
  const plan = expand(parseDefinition(definition, 'a_b%.yaml', 'a'))
  const records = plan.trials.map(
    ({ index, id, options: { model = 'ae', kernel = 3, stride = 1, padding = 1 } }): TrialRecord => {
      const value = psnr(index)
      if (typeof value === 'string')
        return { ...ended(index, id), status: 'failed', code: 'NON_FINITE', message: value }
      const vae = model === 'vae' ? { psnrMean: value + 1, ssimMean: 0.9, mseMean: 0.004, kl: 0.006 } : {}
      const counts = { epochs: 3, images: 10, threads: 2, imagesPerSecond: 1234.5, seconds: 12.34, weightsSha256: '' }
      const summary = { model, kernel, stride, padding, psnr: value, ssim: 0.85, mse: 0.008, ...counts, ...vae }
      const klWeight = 0.5
      const others = { images: 2, psnr: (heldOut ?? 0) + index, ssim: 0.7, mse: 0.01, loss: 0.1, trainingLoss: 0.1 }
      return {
        ...ended(index, id),
        status: 'finished',
        summary: heldOut === undefined ? summary : { ...summary, heldOut: others },
        klWeight,
        parameters: 12345,
        dataSha256: 'd',
        data: 'e',
      }
    },
  )
  return sweepRows(outcomesOf(plan, new Map(records.map(record => [record.index, record]))))
}

const seeds = [26, 27, 28.5]
const vae = () =>
  rowsOf(
    {
      model: 'vae',
      geometry: [
        [5, 1, 2],
        [3, 2, 1],
      ],
      seeds: 3,
    },
    i => (i === 4 ? 'loss | is\nNaN_' : seeds[i % 3]!),
  )

describe('statistics', () => {
  it('are mean and sample standard deviation', () => {
    const found = statistic(seeds)!
    expect(found.n).toBe(3)
    expect(found.mean).toBeCloseTo(27.1666667, 6)
    expect(found.sd).toBeCloseTo(1.2583057, 6)
    expect(statistic([4])).toEqual({ mean: 4, sd: null, n: 1 })
    expect(statistic([])).toBeNull()
  })
})

describe('rows', () => {
  it('have no whole loss of a VAE that was trained with another one than MSE, or with free bits', () => {
    const definition = {
      model: 'vae',
      cases: [{ name: 'mse' }, { name: 'l1', loss: 'l1' }, { name: 'free', freeBits: 0.1 }],
    }
    const rows = rowsOf(definition, () => 26)
    expect(rows.map(({ loss }) => loss?.mean ?? null)).toEqual([0.011, null, null])
    expect(rows.map(({ difference }) => difference?.loss ?? null)).toEqual([0.011 - 0.0141, null, null])
    expect(rows[1]!.difference!.psnr).toBeCloseTo(26 - 26.85, 12)
    expect(tableNotes(rows).join()).toContain('has no such whole loss')
    expect(tableCells(rows).cells[1]!.join()).not.toMatch(/NaN|null/)
    // An autoencoder's MSE is one whatever it was trained with.
    expect(rowsOf({ loss: 'l1' }, () => 26)[0]!.loss!.mean).toBeCloseTo(0.008, 12)
  })

  it('have the quality on held-out images where there are any', () => {
    const rows = rowsOf({ epochs: 3, seeds: 2 }, () => 26, 20)
    expect(rows[0]!.heldOutPsnr!.mean).toBeCloseTo(20.5, 12)
    const { heads, cells } = tableCells(rows)
    expect(cells[0]![heads.indexOf('PSNR held out (dB) ↑')]).toBe('20.50 ± 0.71')
    expect(cells[0]![heads.indexOf('SSIM held out ↑')]).toBe('0.7000 ± 0.0000')
    expect(tableNotes(rows).join()).toContain('; 2 others held out.')
    expect(tableCsv(rows).split('\n')[0]).toContain('psnr_held_out')
    const none = rowsOf({ epochs: 3 }, () => 26)
    expect(none[0]!.heldOutPsnr).toBeNull()
    expect(tableCells(none).heads.join()).not.toContain('held out')
  })

  it('compare a VAE’s whole loss with the report, and keep the MSE alone', () => {
    const [row, foreign] = vae()
    expect(row).toMatchObject({ report: { psnr: 26.85, mse: 0.0141, table: 4 }, parameters: 12345, epochs: 3 })
    expect(row!.loss!.mean).toBeCloseTo(0.008 + 0.5 * 0.006, 12)
    expect(row!.mse!.mean).toBeCloseTo(0.008, 12)
    expect(row!.difference!.loss).toBeCloseTo(0.011 - 0.0141, 12)
    expect(row!.difference!.psnr).toBeCloseTo(27.1666667 - 26.85, 6)
    expect(foreign).toMatchObject({ report: null, difference: null, psnr: { n: 2 } })
  })

  it('compare an autoencoder’s MSE', () => {
    const [row] = rowsOf({ geometry: [[3, 1, 1]] }, () => 40)
    expect(row!.loss).toEqual(row!.mse)
    expect(row!.kl).toBeNull()
    expect(row!.difference!.psnr).toBeCloseTo(40 - 42.53, 12)
  })
})

describe('a table', () => {
  it('states directions, units and the report’s values', () => {
    const { heads, cells } = tableCells(
      rowsOf(
        {
          geometry: [
            [3, 1, 1],
            [8, 1, 3],
          ],
        },
        () => 40,
      ),
    )
    expect(heads).toEqual([
      ...['(k, s, p)', 'PSNR (dB) ↑', 'report', 'difference', 'SSIM ↑', 'report', 'difference'],
      ...['MSE loss ↓', 'report', 'difference', 'parameters', 'images/s ↑', 'seconds ↓'],
    ])
    expect(cells[0]).toEqual(
      '(3, 1, 1);40.00;42.53;−2.53;0.8500;0.996;−0.1460;0.00800;0.0002;+0.00780;12,345;1235;12.3'.split(';'),
    )
    expect(cells[1]!.slice(2, 4)).toEqual(['–', '–'])
    expect(tableCells(rowsOf({ geometry: [[8, 1, 3]] }, () => 40)).heads).not.toContain('report')
  })

  it('says of a VAE which columns are which', () => {
    const { heads } = tableCells(vae())
    expect(heads).toEqual(
      expect.arrayContaining(['PSNR (dB), noise drawn ↑', 'MSE alone ↓', 'PSNR from the mean (dB) ↑']),
    )
    const notes = tableNotes(vae()).join('\n')
    expect(notes).toContain('Trained for 3 epochs on 10 images of e')
    expect(notes).toContain('Mean ± sample standard deviation over 2 to 3 seeds')
    expect(notes).toMatch(/fits its PSNR only as the whole training loss/)
  })

  it('as Markdown keeps its columns whatever a message holds', () => {
    const lines = tableMarkdown(vae(), 'Title').split('\n')
    expect(lines[0]).toBe('# Title')
    const bars = lines.slice(2, 6).map(line => line.match(/(?<!\\)\|/g)!.length)
    expect(new Set(bars).size).toBe(1)
    expect(lines[4]).toMatch(/^\| \(5, 1, 2\) \| +27\.17 ± 1\.26 \| +26\.85 \| +\+0\.32 \|/)
    expect(lines).toContain('- Trial 4 failed: loss \\| is NaN_')
  })

  it('as CSV has every number in full', () => {
    const [heads, first, second] = tableCsv(vae())
      .split('\n')
      .map(line => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
    const value = (line: string[] | undefined, name: string) => line![heads!.indexOf(name)]
    expect(value(first, 'label')).toBe('"(5, 1, 2)"')
    expect(Number(value(first, 'psnr'))).toBe((26 + 27 + 28.5) / 3)
    expect(Number(value(first, 'psnr_sd'))).toBeCloseTo(1.2583057, 6)
    expect(value(first, 'report_psnr')).toBe('26.85')
    expect(value(first, 'seeds_finished')).toBe('3')
    expect(value(second, 'seeds_finished')).toBe('2')
    expect(value(second, 'report_psnr')).toBe('')
    expect(first).toHaveLength(heads!.length)
  })

  it('as LaTeX is plain ASCII with balanced braces', () => {
    const text = tableLatex(vae(), 'A & B_1')
    expect(text).toMatch(/^[\x20-\x7e\n]+$/)
    expect(text).toContain('A \\& B\\_1')
    expect(text).toContain('27.17 $\\pm$ 1.26')
    const columns = /\{l(r+)\}/.exec(text)![1]!.length + 1
    const rows = text.split('\n').filter(line => line.endsWith('\\\\'))
    expect(rows).toHaveLength(3)
    for (const row of rows) expect(row.match(/(?<!\\)&/g)).toHaveLength(columns - 1)
    const bare = text.replace(/\\[{}]/g, '')
    expect(bare.match(/\{/g)!.length).toBe(bare.match(/\}/g)!.length)
  })

  it('of nothing but failures is still a table', async () => {
    const rows = rowsOf({ geometry: [[8, 1, 3]] }, () => 'broken')
    expect(tableMarkdown(rows)).toContain('| (8, 1, 3) |')
    expect(await sweepChart(rows, 'none')).toMatch(/^<svg/)
  })
})

describe('the chart', () => {
  it('shows ours and the report’s, the same bytes each time', async () => {
    const svg = await sweepChart(vae(), 'Title')
    expect(svg).toContain('>report<')
    expect(svg).toContain('>PSNR in dB (higher is better)<')
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(await sweepChart(vae(), 'Title')).toBe(svg)
  })
})

describe('a record', () => {
  it('survives its file, infinities too', () => {
    const [{ outcomes }] = rowsOf({ name: 'Infinity' }, () => Infinity) as [ReturnType<typeof rowsOf>[number]]
    const record = outcomes[0]!.record!
    expect(parseRecord(recordText(record), 'a', 's')).toEqual(record)
  })
})

describe('a job for many machines', () => {
  const plan = expand(parseDefinition({ lr: [0.1, 0.2, 0.3] }, 'a', 'My_Sweep'))
  const job = { plan, command: ['sweep', "it's.yaml", '--epochs', '2'], out: 'shared/a b', threads: 3, parallel: 2 }

  it('is a Slurm array of all trials', () => {
    const script = slurmScript(job)
    expect(script).toMatch(/^#!\/bin\/bash\n/)
    expect(script).toContain('#SBATCH --array=0-2%2\n')
    expect(script).toContain('#SBATCH --cpus-per-task=3\n')
    expect(script).toContain(`sweep 'it'\\''s.yaml' --epochs 2 --out 'shared/a b' --threads`)
    expect(slurmScript({ ...job, parallel: undefined })).toContain('#SBATCH --array=0-2\n')
  })

  it('is a Kubernetes indexed job with the file inside', async () => {
    const file = { path: "it's.yaml", text: 'lr: [0.1, 0.2, 0.3]\n' }
    const text = await kubernetesManifest({ ...job, image: 'node:22', version: '1.2.3', file })
    const [map, manifest] = parseAllDocuments(text).map(document => document.toJS() as Record<string, unknown>)
    expect(map).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'eyes-my-sweep' },
      data: { "it's.yaml": file.text },
    })
    expect(manifest).toMatchObject({
      kind: 'Job',
      spec: { completionMode: 'Indexed', completions: 3, parallelism: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 3 },
    })
    const words = "npx --yes eyes-wasm@1.2.3 sweep /sweep/it's.yaml --epochs 2 --out|shared/a b|--threads 3".split('|')
    const command = [...words[0]!.split(' '), words[1], ...words[2]!.split(' ')]
    expect(manifest).toHaveProperty('spec.template.spec.containers.0.command', command)
    const alone = await kubernetesManifest({ ...job, image: 'node:22', version: '1' })
    expect(parseDocument(alone).toJS()).toMatchObject({ kind: 'Job' })
  })
})
