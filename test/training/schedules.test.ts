// Learning rates at known places of each schedule, where they turn, and that a plateau is a function of the history alone.
import { describe, expect, it } from 'vitest'
import { learningRate, oneCycle, plateau, plateauDrops, type Schedule } from '../../src/training/schedules.js'

const base: Schedule = { lrSchedule: 'constant', lr: 0.5, lrWarmup: 0, lrMin: 0 }
const history = (...losses: number[]) => losses.map(loss => ({ loss }))

/** The rates of all steps of 10 epochs of 9 steps. */
function rates(over: Partial<Schedule>, epochs = 10, past = history()): number[] {
  const schedule = { ...base, ...over }
  return Array.from({ length: 9 * epochs }, (_, step) =>
    learningRate(schedule, { step, stepsPerEpoch: 9, epochs, history: past }),
  )
}

const isFalling = (values: readonly number[]) => values.every((value, i) => i === 0 || value < values[i - 1]!)
const isRising = (values: readonly number[]) => isFalling(values.toReversed())

describe('learningRate', () => {
  it('constant: the rate itself, after a warm-up in equal steps', () => {
    expect(new Set(rates({}))).toEqual(new Set([0.5]))
    const warm = rates({ lrWarmup: 2 })
    expect(warm[0]).toBe(0.5 / 18)
    expect(warm[8]).toBe(0.25)
    expect(warm.slice(17)).toEqual(Array(73).fill(0.5))
    expect(isRising(warm.slice(0, 18))).toBe(true)
  })

  it.each(['constant', 'plateau'] as const)('%s: the rates do not depend on how many epochs follow', lrSchedule => {
    for (const lrWarmup of [0, 1, 3])
      expect(rates({ lrSchedule, lrWarmup }, 2)).toEqual(rates({ lrSchedule, lrWarmup }, 5).slice(0, 18))
  })

  it('cosine: from lr to lrMin, half way at the middle', () => {
    const found = rates({ lrSchedule: 'cosine', lrMin: 0.1 })
    expect(found[0]).toBe(0.5)
    expect(found.at(-1)).toBeCloseTo(0.1, 15)
    expect((found[44]! + found[45]!) / 2).toBeCloseTo(0.3, 12)
    expect(found[22]).toBeCloseTo(0.1 + 0.2 * (1 + Math.cos((Math.PI * 22) / 89)), 14)
    expect(isFalling(found)).toBe(true)
  })

  it('cosine after a warm-up: the fall takes the rest', () => {
    const found = rates({ lrSchedule: 'cosine', lrWarmup: 3 })
    expect(found.indexOf(Math.max(...found))).toBe(26)
    expect([found[26], found[27]]).toEqual([0.5, 0.5])
    expect(isFalling(found.slice(27))).toBe(true)
    expect(found.at(-1)).toBeCloseTo(0, 15)
  })

  it('one-cycle: up from a 25th in 30 % of the steps or in the warm-up, then down to lrMin', () => {
    for (const [lrWarmup, top] of [
      [0, 27],
      [1, 9],
    ] as const) {
      const found = rates({ lrSchedule: 'one-cycle', lrWarmup, lrMin: 0.001 })
      expect(found[0]).toBeCloseTo(0.5 / oneCycle.divisor, 15)
      expect(found[top]).toBe(0.5)
      expect(isRising(found.slice(0, top + 1))).toBe(true)
      expect(isFalling(found.slice(top))).toBe(true)
      expect(found.at(-1)).toBeCloseTo(0.001, 15)
    }
  })

  it('plateau: halved at each standstill of the loss, not below lrMin', () => {
    const still = (epochs: number) => history(1, ...Array<number>(epochs).fill(1))
    const of = (epochs: number) => rates({ lrSchedule: 'plateau', lrMin: 0.1 }, 1, still(epochs))[0]
    expect([0, plateau.patience - 1, plateau.patience, 2 * plateau.patience].map(of)).toEqual([0.5, 0.5, 0.25, 0.125])
    expect(of(9 * plateau.patience)).toBe(0.1)
  })

  it.each(['constant', 'cosine', 'one-cycle', 'plateau'] as const)(
    '%s: finite in runs of a step or two',
    lrSchedule => {
      for (const lrWarmup of [0, 1, 7]) {
        for (const [stepsPerEpoch, epochs] of [
          [1, 1],
          [1, 2],
          [2, 1],
        ] as const) {
          for (let step = 0; step < stepsPerEpoch * epochs; step++) {
            const rate = learningRate({ ...base, lrSchedule, lrWarmup }, { step, stepsPerEpoch, epochs, history: [] })
            expect(rate >= 0 && rate <= 0.5, `${lrWarmup}: step ${step} of ${epochs} x ${stepsPerEpoch}: ${rate}`).toBe(
              true,
            )
          }
        }
      }
    },
  )
})

describe('plateauDrops', () => {
  const falling = Array.from({ length: 100 }, (_, i) => 1 / (i + 1))

  it('counts epochs without a better loss, and begins anew after each drop', () => {
    expect(plateauDrops(history(...falling), 0)).toBe(0)
    expect(plateauDrops(history(1, ...Array<number>(25).fill(2)), 0)).toBe(2)
    // Better by less than the threshold is not better.
    expect(plateauDrops(history(1, ...Array<number>(10).fill(1 - plateau.threshold / 2)), 0)).toBe(1)
    expect(plateauDrops(history(1, ...Array<number>(9).fill(2), 0.5, ...Array<number>(9).fill(2)), 0)).toBe(0)
    expect(plateauDrops([], 0)).toBe(0)
  })

  it('does not count the warm-up', () => {
    expect(plateauDrops(history(...Array<number>(14).fill(1)), 5)).toBe(0)
    expect(plateauDrops(history(...Array<number>(15).fill(1)), 5)).toBe(1)
  })

  it('looks at held-out images where there are any', () => {
    const records = falling.map(loss => ({ loss, valLoss: 1 }))
    expect(plateauDrops(records.slice(0, 11), 0)).toBe(1)
  })
})
