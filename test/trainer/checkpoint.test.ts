// A fit's checkpoint holds a history of any length, whose records need not be alike, and numbers that JSON has no words for.
import { expect, it } from 'vitest'
import { parseSafetensors } from '../../src/formats/safetensors.js'
import { checkpointFile, parseCheckpoint, type TrainingIdentity } from '../../src/trainer/checkpoint.js'
import { initialState } from '../../src/trainer/fit.js'
import type { FitEpoch } from '../../src/trainer/types.js'

it('what is written is read', () => {
  const history = Array.from({ length: 10_000 }, (_, i): FitEpoch => {
    const validation = { loss: i / 3, parts: i < 8000 ? {} : { 'odd.loss': Infinity } }
    const record = { epoch: i + 1, loss: 1 / (i + 1), parts: { accuracy: i / 7, none: NaN }, seconds: i }
    return { ...record, examplesPerSecond: 1e3, ...(i > 5000 && { validation }) }
  })
  const state = { ...initialState(), step: 7, epoch: 10_000, images: 3, history, sums: { loss: -Infinity, none: NaN } }
  const identity = { model: 'm', seed: 2 } as TrainingIdentity
  const bytes = checkpointFile([['state', Float32Array.of(1, -0)]], state, identity)
  const found = parseCheckpoint(parseSafetensors(bytes, 'a file', ['history']), 'a file')
  expect(found.state).toEqual(state)
  expect(found.identity).toEqual(identity)
  expect([...found.vectors].map(([name, { data }]) => [name, data])).toEqual([['state', Float32Array.of(1, -0)]])
})
