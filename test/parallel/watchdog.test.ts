// When silence counts as a hang: by the median, by the arithmetic where there is none yet, by ticks and not by the clock. No threads.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPace, createWatchdog, leastSilence } from '../../src/parallel/watchdog.js'

describe('createPace', () => {
  it('is 20 times the median, and never below the least', () => {
    const pace = createPace(1e9)
    for (const milliseconds of [900, 1000, 100_000]) pace.note(milliseconds)
    expect(pace.limit(leastSilence)).toBe(20_000)
    for (let i = 0; i < 63; i++) pace.note(10)
    expect(pace.limit(leastSilence)).toBe(10_000)
    expect(pace.limit(100)).toBe(200)
  })

  it('starts from the arithmetic, at 0.05 GFLOP/s', () => {
    expect(createPace(2e9).limit(leastSilence)).toBe(40_000)
    expect(createPace(1e6).limit(leastSilence)).toBe(10_000)
  })
})

describe('createWatchdog', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives up after the limit, once, and not what has ended', () => {
    const watchdog = createWatchdog()
    const given: string[] = []
    watchdog.watch({ limit: least => least, giveUp: silence => given.push(`first ${silence}`) })
    watchdog.watch({ limit: least => 2 * least, giveUp: silence => given.push(`second ${silence}`) })
    watchdog.watch({ limit: least => least, giveUp: () => given.push('ended') })()
    vi.advanceTimersByTime(9900)
    expect(given).toEqual([])
    vi.advanceTimersByTime(200)
    expect(given).toEqual(['first 10000'])
    vi.advanceTimersByTime(60_000)
    expect(given).toEqual(['first 10000', 'second 20000'])
    watchdog.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('begins anew with each sign of life', () => {
    const watchdog = createWatchdog()
    let beats = 0
    let isGivenUp = false
    watchdog.watch({ pulse: () => beats, limit: least => least, giveUp: () => (isGivenUp = true) })
    for (let i = 0; i < 10; i++) {
      vi.advanceTimersByTime(9000)
      beats++
    }
    expect(isGivenUp).toBe(false)
    vi.advanceTimersByTime(10_500)
    expect(isGivenUp).toBe(true)
    watchdog.close()
  })
})

it('a thread that was held up blames nobody: a late tick counts as one', async () => {
  const watchdog = createWatchdog(400)
  let silent = 0
  watchdog.watch({ limit: least => least, giveUp: silence => (silent = silence) })
  const end = performance.now() + 600
  while (performance.now() < end);
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(silent).toBe(0)
  await vi.waitFor(() => expect(silent).toBe(400), { timeout: 5000 })
  watchdog.close()
})
