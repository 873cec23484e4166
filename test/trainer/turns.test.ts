// Whose turn a call of ParallelTrainer is: within a callback of fit at once, between two steps and without a change of the result; from outside after the fit.
// And how close() ends one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { readSafetensors } from '../../src/formats/safetensors.js'
import * as web from '../../src/trainer/host.web.js'
import { sgd } from '../../src/trainer/optimizers.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import { openTurns } from '../../src/trainer/turns.js'
import type { FitOptions, VariableValues } from '../../src/trainer/types.js'
import { labelled, moduleUrl } from './fixtures.js'

type Variables = ReadonlyMap<string, VariableValues>

function open(threads: number) {
  const options = { model: moduleUrl('dense.js'), data: labelled([50, 6]), optimizer: sgd({ lr: 0.1 }), microBatch: 8 }
  return new ParallelTrainer({ ...options, threads, seed: 2 })
}
const fit: FitOptions = { epochs: 2, batch: 25 }
const endless: FitOptions = { epochs: 1e6, batch: 25 }

/** A promise and what fulfils it. */
function gate() {
  let pass: () => void = () => undefined
  const passed = new Promise<void>(resolve => (pass = resolve))
  return { passed, pass }
}

/** One that is trained undisturbed, and what comes of it; the other one is trained to the same. */
const plain = open(1)
let wanted: Variables
const disturbed = open(2)
beforeAll(async () => {
  await plain.fit(fit)
  wanted = await plain.variables()
})

it('within onStart, onStep and onEpoch calls are carried out at once, and change nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyes-turns-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'weights.safetensors')
  const losses: number[] = []
  const seen: Variables[] = []
  const left: Promise<Variables>[] = []
  const refusals: string[] = []
  const look = async () => {
    // What follows a timer that is awaited is within, too.
    await new Promise(resolve => setTimeout(resolve))
    const [{ loss }, variables] = await Promise.all([disturbed.evaluate({ indices: [0, 1, 2] }), disturbed.variables()])
    losses.push(loss)
    seen.push(variables)
    await disturbed.save(path)
    // Not awaited: the next step waits for them all the same.
    for (let i = 0; i < 3; i++) void disturbed.evaluate()
    left.push(disturbed.variables())
  }
  const refuse = (call: Promise<unknown>) =>
    call.catch((error: unknown) => void refusals.push((error as Error).message))
  const tries = async () => {
    await refuse(disturbed.fit(fit))
    await refuse(disturbed.evaluate({ data: moduleUrl('data.js') }))
  }
  const callbacks = [{ onStart: look, onStep: look, onEpoch: look }, { onStart: tries }]
  expect((await disturbed.fit({ ...fit, callbacks })).history).toHaveLength(2)
  expect(await disturbed.variables()).toEqual(wanted)
  expect(losses).toHaveLength(1 + 4 + 2)
  // After a step other weights, after its epoch the same.
  expect(new Set(losses).size).toBe(1 + 4)
  expect(await Promise.all(left)).toEqual(seen)
  expect(seen.at(-1)).toEqual(wanted)
  expect((await readSafetensors(path)).tensors.get('out')!.data).toEqual(wanted.get('out')!.values)
  expect(refusals).toEqual([
    expect.stringMatching(/^fit: is called within a callback .* Answer \{ stop: 'why' \}/),
    expect.stringMatching(
      /^evaluate: data is .*data\.js, which the threads of the fit under way do not have\. Give it/,
    ),
  ])
})

it('close() within a callback ends the fit, and does not wait for it', async () => {
  let steps = 0
  const callback = {
    async onStep() {
      steps++
      await disturbed.close()
      await disturbed.variables()
    },
  }
  expect(await disturbed.fit({ ...endless, callbacks: [callback] })).toMatchObject({ stopped: 'interrupted' })
  expect(steps).toBe(1)
  await disturbed.close()
  await expect(disturbed.variables()).rejects.toThrow('trainer: is closed')
})

it('from outside they wait for the fit, also while a callback is awaited; close() ends it after its step', async () => {
  const [reached, go] = [gate(), gate()]
  const order: string[] = []
  const callback = {
    async onStep() {
      reached.pass()
      await go.passed
    },
  }
  const trained = plain.fit({ ...endless, callbacks: [callback] }).then(result => (order.push('fit'), result))
  const late = plain.fit(fit).catch((error: unknown) => (error as Error).message)
  await reached.passed
  const variables = plain.variables().then(() => order.push('variables'))
  const closed = plain.close().then(() => order.push('close'))
  await expect(plain.evaluate()).rejects.toThrow('trainer: is closed')
  go.pass()
  expect(await trained).toEqual({ history: [], stopped: 'interrupted' })
  expect(await late).toBe('trainer: is closed. Make a new one.')
  await Promise.all([variables, closed])
  expect(order).toEqual(['fit', 'variables', 'close'])
})

it('in a page, which cannot tell, whoever calls while a callback is awaited is within it', async () => {
  const turns = openTurns(web)
  const order: string[] = []
  const call = (name: string) => turns.take(() => Promise.resolve(order.push(name)))
  const go = gate()
  const under = turns.take(() =>
    turns.during(async () => {
      await go.passed
      order.push('callback')
    }),
  )
  await Promise.resolve()
  expect(turns.isWithin()).toBe(true)
  await call('at once')
  go.pass()
  await under
  expect(turns.isWithin()).toBe(false)
  await call('after')
  expect(order).toEqual(['at once', 'callback', 'after'])
})
