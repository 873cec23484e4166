// What the probe makes of a module's variables, in the test's own thread: which of them the loss changes, their first values, and what is refused.
import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { backendName, type EyesWasmBackend } from '../../src/kernels/backend.js'
import { registerEyesWasm } from '../../src/kernels/register.js'
import type { LossContext, Program } from '../../src/parallel/program.js'
import { modelOf } from '../../src/trainer/engine.js'
import { openModuleProgram } from '../../src/trainer/module-program.js'
import type { Description, ModuleSource } from '../../src/trainer/protocol.js'
import { currentBackend } from '../support/one-thread.js'
import { labelled, modulePath } from './fixtures.js'

let backend: EyesWasmBackend
beforeAll(async () => {
  registerEyesWasm()
  await tf.setBackend(backendName)
  backend = currentBackend()
})
afterEach(() => tf.disposeVariables())

/** As a URL that is no file's: such a module is handed our own copy of tfjs, which is the test's. */
const textOf = (name: string) => `data:text/javascript,${encodeURIComponent(readFileSync(modulePath(name), 'utf8'))}`

const sourceOf = (way: string, name: string): ModuleSource => ({
  ...{ model: textOf(name), modelName: name, data: labelled([4, 6]), dataName: 'data' },
  ...{ seed: 0, settings: { way }, other: null, expected: null },
})

const describeAs = async (way: string, name = 'watched.js') => {
  const program = await openModuleProgram(sourceOf(way, name), backend)
  return program.calls.describe!(null) as Description
}

/** The program of a worker that was told what the first one found. */
async function openAs(way: string): Promise<Program> {
  const description = await describeAs(way)
  tf.disposeVariables()
  const { constants } = modelOf(description).first
  return openModuleProgram(
    { ...sourceOf(way, 'watched.js'), expected: { variables: description.variables, constants } },
    backend,
  )
}

const context = { epoch: 1, step: 4, place: 0, seed: 0, settings: null }
const lossOf = (program: Program, more: Pick<LossContext, 'training'>) =>
  tf.tidy(() => program.loss([0, 1], { ...context, ...more }, () => undefined).dataSync()[0])

describe('a variable that is not trainable', () => {
  it.each([
    ['the same tensor', 'state'],
    ['counts', 'state'],
    ['only when measured', 'state'],
    ['never assigned', 'constant'],
  ])('%s: %s', async (way, role) => {
    const { variables } = await describeAs(way)
    expect(variables.map(({ name, role }) => [name, role])).toEqual([
      ['weight', 'trainable'],
      ['state', role],
    ])
    tf.disposeVariables()
    const program = await openAs(way)
    for (const training of [true, false, true]) expect(lossOf(program, { training })).toBeGreaterThan(0)
  })

  it('begins with what setup gave it, not with what the probe left', async () => {
    expect((await describeAs('counts')).values).toEqual(Float32Array.of(0, 0))
  })
})

describe('refused', () => {
  it.each([
    [
      'in every call',
      'watched.js: variable extra2 is made in training alone, or in every call. Make it once, in setup.',
    ],
    ['disposed', 'watched.js: loss answers a tensor that is disposed of, wanted one that is there.'],
    ['null', 'watched.js: loss answers null, wanted a scalar tensor. Return it.'],
  ])('%s', async (way, message) => {
    await expect(describeAs(way)).rejects.toThrow(message)
  })

  it.each([
    ['setup throws', 'bad.js: setup threw: RangeError: no such file'],
    ['no variables', 'bad.js: has no trainable variable'],
    ['integers', 'bad.js: variable count is int32, wanted float32'],
    ['async', 'bad.js: loss answers a promise'],
    ['number', 'bad.js: loss answers a value of type number, wanted a scalar tensor'],
    ['vector', 'bad.js: loss answers a tensor of float32 [2, 6]'],
    ['integer loss', 'bad.js: loss answers a tensor of int32 []'],
    ['no connection', 'bad.js: loss threw: Cannot find a connection'],
    ['crypto', 'bad.js: calls crypto.getRandomValues'],
    ['reports loss', 'bad.js: reports a part called loss'],
    ['reports text', 'bad.js: reports word as something else'],
    ['assigns', 'bad.js: loss assigns to w, which is trainable'],
    ['in training alone', 'is made in training alone'],
  ])('%s', async (way, message) => {
    const error: unknown = await describeAs(way, 'bad.js').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ProgramError', code: 'MODEL' })
    expect((error as Error).message).toContain(message)
  })

  it('a variable that is gone, by name', async () => {
    const program = await openAs('disposes')
    expect(() => lossOf(program, { training: true })).toThrow(
      'watched.js: the variables are others in step 5 than when it was probed: state is gone.',
    )
  })
})
