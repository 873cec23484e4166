// A run of a session that only pretends to train (fake-session.ts: an epoch is one step), in a folder of its own: what the tests of `resume`
// stop, damage and resume.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { encodeNpy } from '../../src/data/npy-write.js'
import { train, type RunOptions } from '../../src/training/run.js'
import type { Callback } from '../../src/training/types.js'
import { calls } from './fake-session.js'

export interface RunPlace {
  readonly folder: string
  /** 20 images of 16 x 16. */
  readonly data: string
  readonly out: string
  /** The last checkpoint. */
  readonly last: string
}

export const pixels = Uint8Array.from({ length: 20 * 16 * 16 * 3 }, (_, i) => (i * 7) % 251)

export async function openPlace(): Promise<RunPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'eyes-resume-run-'))
  const [data, out] = [join(folder, 'data.npy'), join(folder, 'out')]
  await writeFile(data, encodeNpy(pixels, [20, 16, 16, 3]))
  calls.opened = calls.closed = 0
  return { folder, data, out, last: join(out, 'checkpoints/last.safetensors') }
}

/** Every session is closed and every lock given back. */
export async function closePlace({ folder, out }: RunPlace): Promise<void> {
  expect(calls.closed).toBe(calls.opened)
  expect((await readdir(out)).filter(name => name.startsWith('lock'))).toEqual([])
  await rm(folder, { recursive: true, force: true })
}

export const jsonOf = async ({ out }: RunPlace, name: string) =>
  JSON.parse(await readFile(join(out, name), 'utf8')) as Record<string, unknown>

/** Epochs in history.csv. */
export const rowsOf = async ({ out }: RunPlace) =>
  (await readFile(join(out, 'history.csv'), 'utf8')).trim().split('\n').length - 1

export const pauseAt = (wanted: number): Callback => ({
  onEpoch: ({ epoch }) => (epoch === wanted ? { stop: 'enough', pause: true } : undefined),
})

/** A run of 9 epochs, stopped after the fourth. */
export const stopAfterFour = ({ data, out }: RunPlace, options: RunOptions = {}) =>
  train({ data, out, epochs: 9, seed: 3, lr: 0.01, threads: 1, ...options, callbacks: [pauseAt(4)] })
