// Worker threads of ParallelTrainer that end while they work: the same bits as an undisturbed training, or an error in time.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { adam } from '../../src/trainer/optimizers.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import { sha256 } from '../support/faults.js'
import { labelled, moduleUrl } from './fixtures.js'

let folder = ''
afterEach(() => rmSync(folder, { recursive: true }))

/** Trains while threads fail; the hash of the variables, the losses, and what was told. */
async function train(way: string, times: number) {
  folder = mkdtempSync(join(tmpdir(), 'eyes-dying-'))
  const told: string[] = []
  const trainer = new ParallelTrainer({
    ...{ model: moduleUrl('dying.js'), data: labelled([48, 6]), optimizer: adam(), threads: 2, microBatch: 6 },
    settings: { folder, way, times },
    onNotice: text => told.push(text),
  })
  try {
    const { history } = await trainer.fit({ epochs: 3, batch: 24 })
    const variables = [...(await trainer.variables()).values()].map(({ values }) => values)
    return { hash: sha256(...variables), losses: history.map(({ loss }) => loss), told }
  } finally {
    await trainer.close()
  }
}

let undisturbed: Awaited<ReturnType<typeof train>>
beforeAll(async () => {
  undisturbed = await train('exit', 0)
  rmSync(folder, { recursive: true })
})

it.each(['exit', 'trap'])('%s: the part is computed again by another thread, to the same bits', async way => {
  const { told, ...disturbed } = await train(way, 2)
  expect(readdirSync(folder)).toHaveLength(2)
  expect({ ...disturbed, told: [] }).toEqual(undisturbed)
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(
    /^worker \d ended \((exit code 9|RuntimeError: unreachable)\): its micro-batches are computed again$/,
  )
})

it('again and again: WORKER, and no endless run', async () => {
  await expect(train('exit', 1000)).rejects.toMatchObject({ code: 'WORKER', exitCode: 1 })
})

it('after threads that are given up the next call starts others, with the same variables', async () => {
  folder = mkdtempSync(join(tmpdir(), 'eyes-dying-'))
  const trainer = new ParallelTrainer({
    ...{ model: moduleUrl('dying.js'), data: labelled([48, 6]), optimizer: adam(), threads: 2, microBatch: 6 },
    settings: { folder, way: 'exit', times: 1 },
    onNotice() {
      throw new Error('no more of this')
    },
  })
  await expect(trainer.fit({ epochs: 2, batch: 24 })).rejects.toThrow('no more of this')
  const variables = await trainer.variables()
  expect((await trainer.evaluate()).loss).toBeGreaterThan(0)
  expect(await trainer.variables()).toEqual(variables)
  expect((await trainer.fit({ epochs: 2, batch: 24 })).history).toHaveLength(2)
  await trainer.close()
})
