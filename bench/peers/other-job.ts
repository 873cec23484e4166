// What peers of another language or library are told of a model of other people: its first weights and batch, as files in a folder.
// models/pytorch.py and models/jax.ts read them; those that run models/*.ts make the same themselves.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { firstBatch, firstWeights, type OtherName, otherModels } from '../other-models.js'
import type { OtherModel } from './models/parts.js'

/** job.json. Beside it lie, little-endian: weights.f32, x.f32 [batch, ...x] and y.i32 [batch, ...y]. */
export type OtherJob = OtherModel

export async function writeOtherJob(folder: string, name: OtherName): Promise<void> {
  const job: OtherJob = otherModels[name]
  const { x, y } = firstBatch(job)
  await writeFile(join(folder, 'job.json'), JSON.stringify(job))
  await writeFile(join(folder, 'weights.f32'), firstWeights(job))
  await writeFile(join(folder, 'x.f32'), x)
  await writeFile(join(folder, 'y.i32'), y)
}
