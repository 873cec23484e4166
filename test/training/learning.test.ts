// Training learns: a short run's loss falls as PyTorch's did on the same pictures. Real eyes where they are (EYES_DATA_DIR; issue 2
// keeps them out of the repository), generated ones always.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { loadDataset } from '../../src/data/load.js'
import type { ModelSpec } from '../../src/models/spec.js'
import { openSession } from '../../src/training/session.js'

const shared = join(import.meta.dirname, '../../../shared')
const eyes = join(process.env.EYES_DATA_DIR ?? join(shared, 'data'), 'eyes')
const curveFile = join(process.env.EYES_REFERENCE_DIR ?? join(shared, 'reference'), 'ae_3_1_1_curve.json')
const hasEyes = existsSync(eyes) && existsSync(curveFile)

const ae = { kind: 'ae', kernel: 3, stride: 1, padding: 1 } as const

/** Nine steps an epoch, as the report's 1476 images in batches of 164 make, but with smaller batches. */
async function train(dataset: Dataset, model: Omit<ModelSpec, 'height' | 'width'>, epochs: number, batch: number) {
  const spec = { ...model, height: dataset.height, width: dataset.width }
  const session = await openSession({ spec, dataset, threads: 2, batch })
  try {
    const options = { loss: 'mse', klWeight: 1e-3, seed: 0, shuffle: true, lr: 1e-3 } as const
    const limit = 9 * batch
    const trained = await session.train({ ...options, epochs, batch, limit })
    const { quality } = await session.evaluate(trained.model, { seed: 0, limit })
    return { losses: trained.history.map(record => record.loss), quality }
  } finally {
    await session.close()
  }
}

describe('training', () => {
  it.skipIf(!hasEyes)('lowers the loss on real eyes as PyTorch does', async () => {
    const curve = JSON.parse(await readFile(curveFile, 'utf8')) as { loss: number }[]
    const { losses, quality } = await train(await loadDataset(eyes), ae, 3, 12)
    console.log(
      `losses ${losses.map(x => x.toFixed(4)).join(', ')}, PyTorch ${curve
        .slice(0, 3)
        .map(x => x.loss.toFixed(4))
        .join(', ')}, PSNR ${quality.psnr.toFixed(2)}`,
    )
    // Another seed, and a ninth of the images: the same number of steps leads to about the same place.
    losses.forEach((loss, i) => {
      expect(loss / curve[i]!.loss, `epoch ${i + 1}`).toBeGreaterThan(1 / 1.5)
      expect(loss / curve[i]!.loss, `epoch ${i + 1}`).toBeLessThan(1.5)
    })
    expect(quality.psnr).toBeGreaterThan(15)
  })

  it.each([
    { spec: ae, epochs: 2 },
    { spec: { kind: 'vae', kernel: 4, stride: 2, padding: 2 } as const, epochs: 6 },
  ])('lowers the loss on generated eyes: $spec.kind', async ({ spec, epochs }) => {
    const { losses, quality } = await train(await loadDataset(null, { count: 45 }), spec, epochs, 5)
    expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.6)
    expect(quality.psnr).toBeGreaterThan(14)
  })
})
