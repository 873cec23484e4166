// A module's own copy of tfjs, imported after our backend, registers its gradients over our faster ones: the worker puts ours back.
import { expect, it } from 'vitest'
import { sgd } from '../../src/trainer/optimizers.js'
import { ParallelTrainer } from '../../src/trainer/trainer.js'
import { labelled, moduleUrl } from './fixtures.js'

it('a module with a tfjs of its own has our faster gradients', async () => {
  const options = { model: moduleUrl('gradients.js'), data: labelled([8, 6]), threads: 1, optimizer: sgd({ lr: 0.1 }) }
  const trainer = new ParallelTrainer(options)
  try {
    const { history } = await trainer.fit({ epochs: 1, batch: 8 })
    expect(history[0]!.parts).toEqual({ own: 0 })
    expect(history[0]!.loss).toBeGreaterThan(0)
  } finally {
    await trainer.close()
  }
})
