// Progress on a pretended stream: what a terminal shows, what a file gets, and that the cursor comes back.
import { describe, expect, it } from 'vitest'
import { createProgress, formatDuration, layoutLine, type ProgressStream } from '../../src/cli/progress.js'
import type { EpochRecord, StepRecord } from '../../src/training/types.js'

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'

interface Pretence {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly environment?: NodeJS.ProcessEnv
  readonly quiet?: boolean
}

/** A stream that keeps what it is given, and a clock that stands still unless told. */
function pretend(pretence: Pretence = {}) {
  const { isTTY = true, columns = 80, environment = { LANG: 'C.UTF-8' }, quiet = false } = pretence
  const written: string[] = []
  const clock = { now: 0 }
  const stream: ProgressStream = { isTTY, columns, write: text => written.push(text) }
  const progress = createProgress(stream, { environment, quiet, now: () => clock.now })
  return { progress, clock, written, text: () => written.join('') }
}

// eslint's no-control-regex is right about source files; here the control characters are the subject, so the pattern is built.
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g')
const lastLine = (text: string) =>
  text
    .replaceAll(escapes, '')
    .split(/[\r\n]/)
    .at(-1) ?? ''

const step = (epoch: number, number: number): StepRecord => ({
  epoch,
  step: number,
  stepsPerEpoch: 9,
  loss: 0.00731,
  images: 164,
  seconds: 0.5,
})
const epoch = (number: number, kl = 0): EpochRecord => ({
  epoch: number,
  loss: 0.00731 + kl,
  mse: 0.00731,
  kl,
  seconds: 4.5,
  imagesPerSecond: 328,
})

describe('on a terminal', () => {
  it('shows epoch, bar, loss, time left and rate in one line', async () => {
    const { progress, clock, text } = pretend()
    const callback = progress.training(4)
    clock.now = 500
    await callback.onStep!(step(1, 1))
    clock.now = 4500
    await callback.onStep!(step(1, 9))
    // A quarter took 4.5 s: 13.5 s are left, shown as 0:14.
    expect(lastLine(text())).toMatch(/^epoch 1\/4 {2}█+░+ {2}loss 0\.007310 {2}0:14 left {2}328 images\/s$/)
    expect(text()).not.toContain('\n')
    progress.close()
  })

  it('counts the time left of a resumed training from where it went on', async () => {
    const { progress, clock, text } = pretend()
    const callback = progress.training(4)
    clock.now = 500
    await callback.onStep!(step(3, 1))
    clock.now = 4500
    await callback.onStep!(step(3, 9))
    // One epoch took 4.5 s, and one is left; the bar is at three quarters.
    expect(lastLine(text())).toMatch(/^epoch 3\/4 {2}█+░+ {2}loss 0\.007310 {2}0:05 left/)
    const [full, empty] = ['█', '░'].map(block => lastLine(text()).split(block).length - 1)
    expect(full! / (full! + empty!)).toBeCloseTo(0.75, 1)
    progress.close()
  })

  it('shows the loss of held-out images after the epoch before', async () => {
    const { progress, text } = pretend()
    const callback = progress.training(3)
    await callback.onStep!(step(1, 9))
    expect(lastLine(text())).not.toContain('held out')
    await callback.onEpoch!({ ...epoch(1), valLoss: 0.0125 })
    await callback.onStep!(step(2, 9))
    expect(lastLine(text())).toContain('loss 0.007310  held out 0.01250')
  })

  it('hides the cursor while the bar is there and gives it back', async () => {
    const { progress, text } = pretend()
    await progress.training(4).onStep!(step(1, 1))
    expect(text().startsWith(hideCursor)).toBe(true)
    expect(text()).not.toContain(showCursor)
    const listeners = process.listenerCount('exit')
    progress.close()
    expect(text().endsWith(showCursor)).toBe(true)
    expect(process.listenerCount('exit')).toBe(listeners - 1)
  })

  it('draws at most some ten times a second, but always the end of an epoch', async () => {
    const { progress, clock, written } = pretend()
    const callback = progress.training(4)
    const draws = () => written.filter(part => part.includes('epoch')).length
    for (let number = 1; number <= 8; number++, clock.now += 1) await callback.onStep!(step(1, number))
    expect(draws()).toBe(1)
    await callback.onStep!(step(1, 9))
    expect(draws()).toBe(2)
    progress.close()
  })

  it('shows how far decoding is', () => {
    const { progress, clock, text } = pretend()
    progress.decoding(0, 100)
    clock.now = 1000
    progress.decoding(25, 100)
    expect(lastLine(text())).toMatch(/^decoding images 25\/100 {2}█+░+ {2}0:03 left$/)
    progress.close()
  })

  it('honours NO_COLOR, and uses ASCII where the locale has no UTF-8', () => {
    const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`)
    const plain = pretend({ environment: { LANG: 'C', NO_COLOR: '1' } })
    plain.progress.decoding(50, 100)
    expect(plain.text()).not.toMatch(colour)
    if (process.platform === 'linux') expect(lastLine(plain.text())).toMatch(/#+-+/)
    plain.progress.close()
    const coloured = pretend()
    coloured.progress.decoding(50, 100)
    expect(coloured.text()).toMatch(colour)
    coloured.progress.close()
  })

  it.each([200, 80, 60, 40, 30, 20, 10, 3, 1])('never fills a row of %i columns, which would wrap', async columns => {
    const { progress, text } = pretend({ columns })
    await progress.training(1000).onStep!(step(999, 9))
    expect(lastLine(text()).length).toBeLessThan(Math.max(columns, 2))
    progress.close()
  })

  it('keeps printed lines above the bar', () => {
    const { progress, text } = pretend()
    progress.decoding(1, 2)
    progress.print('a line')
    expect(text()).toContain(`${showCursor}a line\n`)
  })
})

describe('elsewhere', () => {
  it('writes one plain line an epoch and nothing a step', async () => {
    const { progress, text } = pretend({ isTTY: false })
    const callback = progress.training(2)
    progress.decoding(1, 2)
    await callback.onStep?.(step(1, 1))
    await callback.onEpoch!(epoch(1))
    await callback.onEpoch!(epoch(2, 0.0058))
    progress.close()
    expect(text()).toBe(
      'epoch 1/2  loss 0.007310  328 images/s  0:05 left\n' +
        'epoch 2/2  loss 0.01311  mse 0.007310  kl 0.005800  328 images/s  0:00 left\n',
    )
  })

  it('shows the loss of held-out images beside the other', async () => {
    const { progress, text } = pretend({ isTTY: false })
    await progress.training(2).onEpoch!({ ...epoch(1), valLoss: 0.0125, valMse: 0.0125, valKl: 0 })
    expect(text()).toContain('epoch 1/2  loss 0.007310  held out 0.01250  328 images/s')
  })

  it('counts the time left of a resumed training from where it went on', async () => {
    const { progress, clock, text } = pretend({ isTTY: false })
    const callback = progress.training(4)
    clock.now = 4500
    await callback.onEpoch!(epoch(3))
    expect(text()).toContain('epoch 3/4  loss 0.007310  328 images/s  0:05 left')
  })

  it('treats a dumb terminal as a file', async () => {
    const { progress, text } = pretend({ environment: { TERM: 'dumb' } })
    await progress.training(1).onEpoch!(epoch(1))
    expect(text()).not.toContain('\x1b')
    expect(text()).toContain('epoch 1/1')
  })

  it('is silent when asked', async () => {
    const { progress, text } = pretend({ quiet: true })
    await progress.training(1).onEpoch?.(epoch(1))
    progress.print('x')
    progress.status('x')
    progress.decoding(1, 2)
    progress.close()
    expect(text()).toBe('')
  })
})

describe('layoutLine', () => {
  it('drops texts from the end before the bar is squeezed out', () => {
    const texts = ['epoch 1/2', 'loss 0.1', '0:10 left', '100 images/s']
    expect(layoutLine({ fraction: 0.5, texts }, 32, true)).toMatchObject({ rest: 'loss 0.1  0:10 left', filled: '' })
    const wide = layoutLine({ fraction: 0.5, texts }, 100, true)
    expect([wide.filled.length, wide.empty.length]).toEqual([15, 15])
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [3661, '1:01:01'],
    [-3, '0:00'],
    [90_000, '25:00:00'],
  ])('%d s is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
})
