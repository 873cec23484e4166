// When a run is saved and when it ends early: the words of the options, early stopping as a function of the history, and the saver's clock.
import { describe, expect, it } from 'vitest'
import {
  bestValue,
  checkMonitor,
  controlRecord,
  isPatienceOver,
  resolveControl,
  type ControlOptions,
} from '../../src/training/control.js'
import { createSaver } from '../../src/training/saver.js'
import { initialState, type Snapshot } from '../../src/training/state.js'
import type { EpochRecord } from '../../src/training/types.js'

const flag = (key: string) => `--${key}`
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'INPUT', message: expect.stringMatching(message) as string }) as Error

describe('options', () => {
  it.each<[ControlOptions['saveEvery'], object]>([
    [undefined, { amount: 60, unit: 'seconds' }],
    ['90s', { amount: 90, unit: 'seconds' }],
    ['5m', { amount: 300, unit: 'seconds' }],
    ['1.5h', { amount: 5400, unit: 'seconds' }],
    [2, { amount: 2, unit: 'seconds' }],
    // Numbers that JavaScript writes with an exponent.
    ['0.0000001s', { amount: 1e-7, unit: 'seconds' }],
    [1e21, { amount: 1e21, unit: 'seconds' }],
    ['10ep', { amount: 10, unit: 'epochs' }],
    ['100st', { amount: 100, unit: 'steps' }],
  ])('saveEvery %j', (saveEvery, wanted) => {
    const control = resolveControl({ saveEvery })
    expect(control.saveEvery).toEqual(wanted)
    expect(resolveControl(controlRecord(control))).toEqual(control)
  })

  it('what config.json keeps makes the same control, but for the time of one call', () => {
    const control = resolveControl({ saveEvery: '3ep', patience: 5, minDelta: 0.25, monitor: 'mse', maxTime: '2h' })
    expect(control.maxTime).toBe(7200)
    expect(resolveControl(controlRecord(control))).toEqual({ ...control, maxTime: null })
  })

  it.each<[ControlOptions, RegExp]>([
    [{ saveEvery: '60' }, /^--saveEvery: found '60', wanted a time or a number of epochs or steps\. For example 60s/],
    [{ saveEvery: '0s' }, /found '0s'/],
    [{ saveEvery: '0ep' }, /found '0ep'/],
    [{ saveEvery: '1.5ep' }, /found '1\.5ep'/],
    [{ saveEvery: -1 }, /found -1/],
    [{ maxTime: '2 hours' }, /^--maxTime: found '2 hours', wanted a time\. For example 90s/],
    [{ maxTime: '3ep' }, /found '3ep'/],
    [{ maxTime: NaN }, /found NaN/],
    [{ patience: 0 }, /^--patience: found 0, wanted a whole number/],
    [{ patience: 1, minDelta: -1 }, /^--minDelta: found -1/],
    [{ minDelta: 0.1 }, /^--minDelta: found 0\.1 without --patience/],
    [{ monitor: 'psnr' as 'loss' }, /^--monitor: found 'psnr', wanted loss or mse/],
  ])('%j is refused', (options, message) => {
    expect(() => resolveControl(options, flag)).toThrow(refused(message))
  })
})

const history = (...losses: number[]) =>
  losses.map((loss, i): EpochRecord => ({ epoch: i + 1, loss, mse: -loss, kl: 0, seconds: 1, imagesPerSecond: 1 }))

describe('early stopping', () => {
  const over = (losses: number[], patience: number | null, minDelta = 0) =>
    isPatienceOver(history(...losses), { patience, minDelta, monitor: 'loss' })

  it('waits for a better value so many epochs', () => {
    expect([[5], [5, 4], [5, 4, 4], [5, 4, 4, 6]].map(losses => over(losses, 2))).toEqual([false, false, false, true])
    expect(over([5, 4, 4, 3.9], 2)).toBe(false)
    expect(over([], 1)).toBe(false)
    expect(over([1, 1, 1, 1], null)).toBe(false)
  })

  it('better means smaller by more than minDelta, counted from the last better one', () => {
    expect(over([1, 0.75, 0.75], 2, 0.25)).toBe(true)
    // 0.5 is more than 0.25 below 1, though 0.75 was not.
    expect(over([1, 0.75, 0.5], 2, 0.25)).toBe(false)
  })

  it('looks at the metric it was told to', () => {
    const falling = history(3, 2, 1)
    expect(isPatienceOver(falling, { patience: 2, minDelta: 0, monitor: 'mse' })).toBe(true)
    expect([bestValue(falling, 'loss'), bestValue(falling, 'mse'), bestValue([], 'loss')]).toEqual([1, -3, Infinity])
  })

  it('looks at held-out images, and refuses to where there are none', () => {
    const rising = history(3, 2, 1).map((record, i) => ({ ...record, valLoss: 1 + i }))
    expect(isPatienceOver(rising, { patience: 2, minDelta: 0, monitor: 'val_loss' })).toBe(true)
    expect(isPatienceOver(rising, { patience: 2, minDelta: 0, monitor: 'loss' })).toBe(false)
    expect([bestValue(rising, 'val_loss'), bestValue(history(1), 'val_loss')]).toEqual([1, Infinity])
    expect(() => checkMonitor({ monitor: 'val_loss' }, { valSplit: 0 })).toThrow(
      /^monitor: found val_loss without valSplit/,
    )
    expect(() => checkMonitor({ monitor: 'val_loss' }, { valSplit: 0.1 })).not.toThrow()
    expect(() => checkMonitor({ monitor: 'mse' }, { valSplit: 0 })).not.toThrow()
  })
})

describe('saver', () => {
  /** Two steps an epoch; each step takes a second. Answers what was written after which step. */
  async function saves(saveEvery: string, losses: number[], { start = 0, isSaved = false } = {}) {
    let seconds = 0
    const written: string[] = []
    const state = { ...initialState(), step: start, epoch: start / 2, history: history(...losses.slice(0, start / 2)) }
    const snapshot = (): Snapshot => {
      const empty = new Float32Array(0)
      return {
        state: { ...state, history: [...state.history] },
        parameters: empty,
        firstMoment: empty,
        secondMoment: empty,
      }
    }
    const note = (kind: string) => (saved: Snapshot) =>
      Promise.resolve(void written.push(`${kind} ${saved.state.step}`))
    const target = { saveLast: note('last'), saveBest: note('best') }
    const control = resolveControl({ saveEvery })
    const saver = createSaver(target, control, isSaved, () => 1000 * seconds)
    await saver.callback.onStart!(snapshot)
    for (const record of history(...losses).slice(start / 2)) {
      for (const step of [1, 2]) {
        seconds++
        state.step++
        const { epoch, loss } = record
        await saver.callback.onStep!({ epoch, step, stepsPerEpoch: 2, loss, images: 1, seconds: 1 }, snapshot)
      }
      state.history.push(record)
      state.epoch++
      await saver.callback.onEpoch!(record, snapshot)
    }
    await saver.save()
    await saver.save()
    return written
  }

  it('writes at the start, when it is due, and at the end; the best before the last', async () => {
    expect(await saves('3st', [3, 1, 2])).toEqual(['last 0', 'best 2', 'last 3', 'best 4', 'last 6'])
    expect(await saves('2ep', [3, 2, 2])).toEqual(['last 0', 'best 4', 'last 4', 'last 6'])
    expect(await saves('3s', [1, 2])).toEqual(['last 0', 'best 2', 'last 3', 'last 4'])
    expect(await saves('1h', [3, 2, 1])).toEqual(['last 0', 'best 6', 'last 6'])
  })

  it('goes on as if it had never stopped', async () => {
    expect(await saves('1ep', [3, 1, 2, 1, 0.5], { start: 4, isSaved: true })).toEqual([
      'last 6',
      'last 8',
      'best 10',
      'last 10',
    ])
    expect(await saves('1h', [3, 1], { start: 4, isSaved: true })).toEqual([])
    expect(await saves('1h', [3, 1], { start: 4 })).toEqual(['last 4'])
  })
  it('an epoch that ends without a step of its own is new', async () => {
    // Saved after the epoch's last step, because a callback had thrown there.
    const written: number[] = []
    const state = { ...initialState(), step: 2, images: 8 }
    const empty = new Float32Array(0)
    const snapshot = () => ({ state: { ...state }, parameters: empty, firstMoment: empty, secondMoment: empty })
    const target = {
      saveLast: ({ state }: Snapshot) => Promise.resolve(void written.push(state.epoch)),
      saveBest: () => Promise.resolve(),
    }
    const saver = createSaver(target, resolveControl({}), true)
    await saver.callback.onStart!(snapshot)
    Object.assign(state, { epoch: 1, images: 0, history: history(1) })
    await saver.callback.onEpoch!(state.history[0]!, snapshot)
    await saver.save()
    expect(written).toEqual([1])
  })
})
