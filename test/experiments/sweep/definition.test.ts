// What a sweep file may say, what it becomes, and which trials follow from it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overrideDefinition, parseDefinition } from '../../../src/experiments/sweep/definition.js'
import { expand } from '../../../src/experiments/sweep/expand.js'
import { preset } from '../../../src/experiments/sweep/presets.js'
import { readDefinition } from '../../../src/experiments/sweep/read.js'
import { closest, editDistance } from '../../../src/experiments/sweep/suggest.js'

const parse = (found: unknown) => parseDefinition(found, 'a.yaml', 'a')
const plan = (found: unknown) => expand(parse(found))
const optionsOf = (found: unknown) => plan(found).trials.map(({ options }) => options)

describe('a definition', () => {
  it.each([
    [{ epcohs: 3 }, /a\.yaml: unknown key 'epcohs', wanted .*\. Did you mean epochs\?/],
    [{ 'kl-weight': 3 }, /Did you mean klWeight\?/],
    [{ nonsense: 3 }, /unknown key 'nonsense'.* Check the spelling/],
    [{ lr: [0.1, -1] }, /a\.yaml: lr\[1\]: found -1, wanted a number above 0/],
    [{ lr: [] }, /lr: is an empty list/],
    [{ lr: { from: 0.1, to: 1 } }, /lr: found a range, wanted a list.*method: random/],
    [{ batch: 1.5 }, /batch: found 1\.5, wanted a whole number/],
    [{ epochs: undefined }, /epochs: has no value/],
    [{ size: '48by64' }, /size: found '48by64', wanted N or HxW/],
    [{ geometry: [[3, 1]] }, /geometry\[0\]: found \[3,1\], wanted \[kernel, stride, padding\]/],
    [{ geometry: 3 }, /geometry: found 3, wanted \[kernel/],
    [{ geometry: [[3, 1, 1]], kernel: 5 }, /found geometry and kernel, wanted one of them/],
    [{ geometry: [[3, 0, 1]] }, /geometry\[0\] stride: found 0/],
    [{ seeds: 2, seed: [1, 2] }, /seeds and a list for seed/],
    [{ seeds: 0 }, /seeds: found 0, wanted a whole number from 1/],
    [{ trials: 3, lr: [1] }, /trials or drawSeed, wanted them with method: random/],
    [{ method: 'bayes' }, /method is "bayes", wanted grid or random/],
    [{ method: 'random', trials: 3 }, /nothing to draw/],
    [{ method: 'random', lr: [1] }, /trials: found nothing/],
    [{ method: 'random', trials: 1, lr: { from: 1, to: 0.1 } }, /found from 1 to 0\.1/],
    [{ method: 'random', trials: 1, klWeight: { from: 0, to: 1, scale: 'log' } }, /wanted 0 < from/],
    [{ method: 'random', trials: 1, lr: { from: 1, two: 2 } }, /unknown key 'two'.*Did you mean to\?/],
    [{ method: 'random', trials: 1, loss: { from: 1, to: 2 } }, /Only numbers have ranges/],
    [{ cases: [] }, /cases: found \[\], wanted a list/],
    [{ cases: [3] }, /cases\[0\]: found 3, wanted a name and options/],
    [{ cases: [{ lr: 1 }] }, /cases\[0\]: name is nothing/],
    [{ cases: [{ name: 'a', rl: 1 }] }, /cases\[0\]: unknown key 'rl'.*Did you mean lr\?/],
    [{ cases: [{ name: 'a', lr: 0 }] }, /cases\[0\]: lr: found 0/],
    [{ cases: [{ name: 'a' }, { name: 'a', lr: 1 }] }, /the name "a" twice/],
    [{ cases: [{ name: 'a', lr: 1 }], lr: [1, 2] }, /found lr in a list and in a case/],
    [{ cases: [{ name: 'a', kernel: 5 }], geometry: [[3, 1, 1]] }, /found geometry in a list and in a case/],
    [{ cases: [{ name: 'a', seed: 1 }], seeds: 2 }, /seeds and a list for seed/],
    [{ name: '../up' }, /name is "\.\.\/up"/],
    [{ seed: Array.from({ length: 10_001 }, (_, i) => i) }, /makes 10001 trials/],
    [[1], /found \[1\], wanted keys and values/],
    [null, /found null, wanted keys and values/],
  ])('%j is refused by name', (found, message) => {
    expect(() => parse(found)).toThrow(message)
    expect(() => parse(found)).toThrow(expect.objectContaining({ code: 'INPUT' }) as Error)
  })

  it('takes options from elsewhere, but none that it varies', () => {
    const definition = overrideDefinition(preset('table1'), { options: { epochs: 2 }, seeds: 2 })
    expect(expand(definition).trials.map(({ options }) => options.epochs)).toEqual(Array(12).fill(2))
    const override = (options: object) => () => overrideDefinition(preset('table1'), { options }, key => `--${key}`)
    expect(override({ model: 'vae' })).toThrow(/--model: the sweep 'table1' sets model itself/)
    expect(override({ kernel: 5 })).toThrow(/--kernel: the sweep 'table1' sets geometry itself/)
    expect(override({ epochs: 0 })).toThrow(/--epochs: found 0/)
  })

  it('tries each case at each point, with the case’s own options before those of all', () => {
    const found = parse({
      lr: [1, 2],
      epochs: 9,
      cases: [{ name: 'plain' }, { name: 'short', epochs: 3, model: 'vae' }],
    })
    const { trials } = expand(found)
    expect(trials.map(({ label }) => label)).toEqual([
      'AE (3, 1, 1), lr 1, plain',
      'VAE (5, 1, 2), lr 1, short',
      'AE (3, 1, 1), lr 2, plain',
      'VAE (5, 1, 2), lr 2, short',
    ])
    expect(trials.map(({ options }) => options.epochs)).toEqual([9, 3, 9, 3])
    const override = (options: object) => expand(overrideDefinition(found, { options })).trials
    expect(override({ epochs: 5 }).map(({ options }) => options.epochs)).toEqual([5, 3, 5, 3])
    const all = parse({ cases: [{ name: 'a', lr: 1 }] })
    expect(() => overrideDefinition(all, { options: { lr: 2 } }, key => `--${key}`)).toThrow(
      /--lr: each case of the sweep 'a' sets lr/,
    )
  })

  it('suggests what was meant', () => {
    expect(editDistance('abcd', 'acbd')).toBe(1)
    expect(editDistance('', 'abc')).toBe(3)
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(closest('tabel1', ['table1', 'table4'])).toBe('table1')
    expect(closest('x', ['table1', 'lr'])).toBeUndefined()
    expect(() => preset('tabel4')).toThrow(/Did you mean table4\?/)
  })
})

describe('a YAML file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyes-sweep-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function read(text: string) {
    const file = join(folder, 'my sweep.yaml')
    await writeFile(file, text)
    return readDefinition({ sweep: { file } })
  }

  it('is read, named after the file', async () => {
    const definition = await read('model: vae\ngeometry: [[3, 1, 1], [4, 2, 2]]\nlr: [1.0e-3]\nsize: 48x64 # pixels\n')
    expect(definition).toMatchObject({ name: 'my-sweep', fixed: { model: 'vae', size: { height: 48, width: 64 } } })
    expect(expand(definition).trials.map(({ id }) => id)).toEqual(['0-vae-k3s1p1', '1-vae-k4s2p2'])
  })

  it.each([
    ['lr: [1', /is not the YAML wanted: .* at line 1/],
    ['lr: 1\nlr: 2', /is not the YAML wanted: Map keys must be unique at line 2/],
    ['lr: !odd 1', /is not the YAML wanted: Unresolved tag/],
    ['__proto__: {epochs: 3}', /unknown key '__proto__'/],
    ['', /found null, wanted keys and values/],
  ])('%j is refused', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message)
    await expect(read(text)).rejects.toMatchObject({ code: 'INPUT' })
  })

  it('does not spell out a bomb of aliases', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `- &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`)
    await expect(read(['- &a0 [1]', ...lines].join('\n'))).rejects.toThrow(/Write it without aliases/)
  })

  it('has to be there', async () => {
    await expect(readDefinition({ sweep: { file: join(folder, 'none.yaml') } })).rejects.toThrow(
      /none\.yaml: cannot be opened/,
    )
  })
})

describe('the trials', () => {
  it('are the report’s six geometries for its tables', () => {
    const { trials } = expand(preset('table4'))
    expect(trials.map(({ label }) => label)).toEqual([
      '(3, 1, 1)',
      '(5, 1, 2)',
      '(7, 1, 3)',
      '(9, 1, 4)',
      '(4, 2, 2)',
      '(6, 2, 3)',
    ])
    expect(trials.every(({ options }) => options.model === 'vae')).toBe(true)
  })

  it('of a grid: every combination, the first axis slowest, seeds next to each other', () => {
    const found = plan({ loss: ['mse', 'l1'], lr: [0.1, 0.2], seed: 5, seeds: 2, epochs: 3 })
    expect(found.trials.map(({ options: { loss, lr, seed } }) => `${loss} ${lr} ${seed}`)).toEqual(
      'mse 0.1 5,mse 0.1 6,mse 0.2 5,mse 0.2 6,l1 0.1 5,l1 0.1 6,l1 0.2 5,l1 0.2 6'.split(','),
    )
    expect(found.trials.map(({ setting }) => setting)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    expect(found.trials[3]).toMatchObject({ index: 3, id: '3-ae-k3s1p1-seed6', label: '(3, 1, 1), lr 0.2, loss mse' })
    expect(found.trials[3]!.options.epochs).toBe(3)
  })

  it('of a sweep that varies nothing: one', () => {
    expect(optionsOf({ epochs: 3 })).toEqual([{ epochs: 3 }])
  })

  const random = (trials: number) => ({
    method: 'random',
    trials,
    drawSeed: 7,
    lr: { from: 1e-4, to: 1e-2, scale: 'log' },
    batch: { from: 8, to: 11 },
    loss: ['mse', 'l1'],
  })

  it('of a random sweep depend on its seed and their index alone', () => {
    const found = optionsOf(random(400))
    // Written down once: these must never change, on any machine.
    expect(found.slice(0, 2)).toEqual(firstDraws)
    expect(optionsOf(random(5))).toEqual(found.slice(0, 5))
    expect(optionsOf({ ...random(5), drawSeed: 8 })).not.toEqual(found.slice(0, 5))
  })

  it('of a random sweep fill their ranges evenly', () => {
    const found = optionsOf(random(400))
    const rates = found.map(({ lr }) => lr!)
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4)
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-2)
    expect(rates.filter(lr => lr < 1e-3).length).toBeGreaterThan(160)
    expect(rates.filter(lr => lr < 1e-3).length).toBeLessThan(240)
    for (const batch of [8, 9, 10, 11]) expect(found.filter(o => o.batch === batch).length).toBeGreaterThan(60)
    expect(found.filter(({ loss }) => loss === 'l1').length).toBeGreaterThan(160)
  })

  it('have one hash for the same trainings, however they are written', () => {
    const { sha256 } = plan({
      geometry: [
        [3, 1, 1],
        [5, 1, 2],
      ],
    })
    expect(
      plan({
        name: 'other',
        epochs: 500,
        geometry: [
          [3, 1, 1],
          [5, 1, 2],
        ],
      }).sha256,
    ).toBe(sha256)
    expect(
      plan({
        epochs: 499,
        geometry: [
          [3, 1, 1],
          [5, 1, 2],
        ],
      }).sha256,
    ).not.toBe(sha256)
    expect(
      plan({
        data: 'eyes',
        geometry: [
          [3, 1, 1],
          [5, 1, 2],
        ],
      }).sha256,
    ).not.toBe(sha256)
  })
})

const firstDraws = [
  { lr: 0.0001855, batch: 11, loss: 'mse' },
  { lr: 0.001904, batch: 11, loss: 'mse' },
]
