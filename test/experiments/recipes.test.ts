// The comparison of recipes: what is trained beside what, the rule that says whether it helps, and the page, around a session that only
// pretends to train.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { loadDataset } from '../../src/data/load.js'
import { recipesFiles, recipesStudy, type RecipesStudy } from '../../src/experiments/recipes/recipes.js'
import { recipeSettings, recipesSweep } from '../../src/experiments/recipes/settings.js'
import { judge, typicalSpread, verdict } from '../../src/experiments/recipes/verdict.js'
import { expand } from '../../src/experiments/sweep/expand.js'
import { readDefinition } from '../../src/experiments/sweep/read.js'
import type { SweepResult } from '../../src/experiments/sweep/rows.js'
import { collectSweep, runSweepTrial } from '../../src/experiments/sweep/sweep.js'

vi.mock('../../src/training/session.js', () => import('../training/fake-session.js'))

describe('the rule', () => {
  const row = (psnr: number[]) => ({ psnr, ssim: psnr, sharpness: psnr })

  it('counts a difference beyond the least one and twice its standard error', () => {
    expect(judge([0.09], 'psnr', null)).toMatchObject({ sign: 0, threshold: 0.1 })
    expect(judge([0.11], 'psnr', null)).toMatchObject({ sign: 1 })
    expect(judge([-0.2, -0.2], 'psnr', null)).toMatchObject({ sign: -1, threshold: 0.1 })
    // sd of 0 and 1 is 0.7071, its standard error 0.5: the threshold is 1.
    const wide = judge([0.4, 1.4], 'psnr', null)!
    expect(wide.threshold).toBeCloseTo(1, 12)
    expect(wide.sign).toBe(0)
    expect(judge([0.51, 1.51], 'psnr', null)!.sign).toBe(1)
    expect(judge([], 'psnr', null)).toBeNull()
  })

  it('takes the median row’s spread where a row’s own is smaller', () => {
    expect(typicalSpread([row([0, 0]), row([0, 2]), row([0, 1])], 'ssim')).toBeCloseTo(Math.SQRT1_2, 12)
    expect(typicalSpread([row([0, 1]), row([0, 3])], 'psnr')).toBeCloseTo(2 * Math.SQRT1_2, 12)
    expect(typicalSpread([row([1]), row([2])], 'psnr')).toBeNull()
    expect(judge([0.5, 0.5], 'psnr', Math.SQRT1_2)).toMatchObject({ sign: 0, threshold: 1 })
  })

  it.each([
    [[0, 0, 0], 'no difference'],
    [[1, 0, 0], 'helps'],
    [[1, 1, 1], 'helps'],
    [[0, 0, 1], 'helps sharpness only'],
    [[0, 1, 1], 'helps SSIM and sharpness only'],
    [[-1, 1, 1], 'helps SSIM and sharpness, costs PSNR'],
    [[1, -1, 0], 'helps PSNR, costs SSIM'],
    [[-1, 0, 0], 'does not: costs PSNR'],
    [[-1, -1, -1], 'does not: costs PSNR, SSIM and sharpness'],
  ] as const)('says of %j: %s', ([psnr, ssim, sharpness], words) => {
    expect(verdict({ psnr, ssim, sharpness })).toBe(words)
  })
})

describe('the sweep', () => {
  it('has a baseline for each model, and one change in every other row', async () => {
    const given = { epochs: 40, batch: 164, limit: 1476 }
    const plan = expand(await readDefinition({ sweep: recipesSweep(given), options: given, seeds: 2 }))
    const settings = recipeSettings(given)
    expect(plan.trials).toHaveLength(2 * settings.length)
    const optionsOf = (label: string) => plan.trials.find(trial => trial.label === label)!.options
    const baseline = { kernel: 3, stride: 1, padding: 1, valSplit: 0.2, seed: 0, ...given }
    expect(optionsOf('AE (3, 1, 1), baseline')).toEqual({ model: 'ae', ...baseline })
    expect(optionsOf('VAE (3, 1, 1), baseline')).toEqual({ model: 'vae', ...baseline })
    expect(optionsOf('AE (3, 1, 1), cosine')).toEqual({ model: 'ae', ...baseline, lrSchedule: 'cosine' })
    expect(optionsOf('AE (3, 1, 1), batch ÷ 4').batch).toBe(41)
    expect(optionsOf('AE (3, 1, 1), one-cycle, rate × 3').lr).toBe(0.003)
    expect(optionsOf('VAE (3, 1, 1), KL warm-up').klWarmup).toBe(20)
    // The page finds a setting's trials by their place.
    settings.forEach(({ model, recipe, changes }, index) => {
      const { label, options } = plan.trials.find(({ setting }) => setting === index)!
      expect(label).toContain(`, ${recipe?.name ?? 'baseline'}`)
      expect(options).toMatchObject({ model, ...changes })
    })
  })

  it('refuses what the recipes change themselves, and a comparison without held-out images', () => {
    const name = (key: string) => `--${key}`
    expect(() => recipesSweep({ loss: 'l1' }, name)).toThrow(/--loss: recipes sets it itself/)
    expect(() => recipesSweep({ model: 'vae' }, name)).toThrow(/--model: recipes sets it itself/)
    expect(() => recipesSweep({ valSplit: 0 }, name)).toThrow(/--valSplit: found 0, wanted more/)
  })
})

describe('the page', () => {
  let folder: string
  let result: SweepResult
  let study: RecipesStudy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-recipes-'))
    const data = join(folder, 'some-eyes.npy')
    const pixels = Uint8Array.from({ length: 10 * 16 * 16 * 3 }, (_, i) => (i * 7) % 251)
    await writeFile(data, encodeNpy(pixels, [10, 16, 16, 3]))
    const given = { data, limit: 10, epochs: 2 }
    const options = { sweep: recipesSweep(given), options: { ...given, threads: 1 }, out: join(folder, 'sweep') }
    const wanted = [['ae'], ['ae', 'loss l1'], ['ae', 'flips'], ['vae'], ['vae', 'sigma-VAE']]
    for (const [model, recipe] of wanted) {
      const index = recipeSettings(given).findIndex(row => row.model === model && row.recipe?.name === recipe)
      await runSweepTrial(options, index)
    }
    result = await collectSweep(options)
    const facts = { given, command: 'npm run recipes -- --data some-eyes.npy', machine: 'a machine', version: '0' }
    study = await recipesStudy(result, { ...facts, dataName: 'some-eyes.npy' }, loadDataset)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has a line for each recipe, whatever has finished', () => {
    const lines = study.page.split('\n').filter(line => /^\| (\*\*)?(AE|VAE) /.test(line))
    expect(lines).toHaveLength(recipeSettings({}).length)
    const line = (label: string) => lines.find(found => found.startsWith(`| ${label} |`))
    expect(line('**AE baseline**')).toContain('| 31.50 | 31.50 | – |')
    expect(line('AE loss l1')).toMatch(/`--loss l1` .* \+0\.00 \| \+0\.000 \| no difference \|$/)
    expect(line('VAE sigma-VAE')).toContain('`--loss sigma --heads linear`')
    expect(line('AE cosine')).toMatch(/\| not finished \|$/)
  })

  it('says how it was made and shortened, and nothing of the machine’s folders', () => {
    const { page } = study
    expect(page).toContain('npm run recipes -- --data some-eyes.npy\n')
    expect(page).toContain('2 epochs on 8 images (the report: 500 on 1476), 2 others held out')
    expect(page).toMatch(/^eyes-wasm train --model vae .*--limit 10 .*--data some-eyes\.npy$/m)
    expect(page).not.toContain(folder)
    expect(page).not.toMatch(/undefined|NaN|\[object/)
  })

  it('measures the detail of held-out images with each model', () => {
    const [baseline] = study.found.rows
    // The fake rebuilds a picture at 0.9 of its values: 0.81 of its power, and an error of 0.01 of it.
    expect(baseline!.trials[0]!.highPower).toBeCloseTo(0.81, 5)
    expect(baseline!.trials[0]!.highError).toBeCloseTo(0.01, 5)
  })

  it('shows spectra of each model, and generated eyes alone', () => {
    const files = recipesFiles(study).map(([file]) => file)
    expect(files).toEqual([
      'recipes.md',
      'images/recipes-spectrum-ae.svg',
      'images/recipes-spectrum-vae.svg',
      'images/recipes-losses.png',
    ])
    for (const file of files.slice(1)) expect(study.page).toContain(`](${file})`)
    expect(study.pictures.at(-1)!.alt).toBe(
      'Six generated eyes above their reconstructions by models trained with AE mse, AE l1, VAE mse and VAE sigma-VAE.',
    )
  })

  it('wants a trial that has finished', async () => {
    const nothing = { ...result, trials: [] }
    const facts = { given: {}, command: '', machine: '', version: '', dataName: '' }
    await expect(recipesStudy(nothing, facts, loadDataset)).rejects.toThrow(/no trial in .* has finished/)
  })
})
