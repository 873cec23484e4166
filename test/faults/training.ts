// Runs of the built command that tests interrupt: a small training, what it left on disk, and one digest of everything that must not
// depend on the interruption. Used by the tests beside it.
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateEyes } from '../../src/data/generated-eyes.js'
import { encodeNpy } from '../../src/data/npy-write.js'
import { startCommand } from '../cli/command.js'

/** 20 images in batches of 8: three steps an epoch, the last one smaller. */
export const imageCount = 20
export const batch = 8
export const stepsPerEpoch = 3

/** A folder with `data.npy` in it, small pictures, for one test file. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eyes-faults-'))
  const side = 16
  const { pixels } = generateEyes({ count: imageCount, size: { height: side, width: side } })
  await writeFile(join(folder, 'data.npy'), encodeNpy(pixels, [imageCount, side, side, 3]))
  return folder
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true })

export interface Ended {
  /** Exit code, or the signal that ended the process. */
  readonly how: number | NodeJS.Signals
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when stderr has said `text`; rejects when the process ends without it. */
  said(text: string | RegExp): Promise<void>
}

/** `eyes-wasm …args` in `folder`. It is killed after two minutes, so that nothing outlives a test. */
export function start(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv = {}): Running {
  const child = startCommand(args, folder, environment, 120)
  // What it prints is not looked at, but has to go somewhere.
  child.stdout.resume()
  return follow(child)
}

/** The same for a process that somebody else started. */
export function follow(child: ChildProcess): Running {
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ how: signal ?? code!, stderr }))
  })
  const said = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (typeof text === 'string' ? !stderr.includes(text) : !text.test(stderr)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      void ended.then(() => reject(new Error(`ended without saying ${String(text)}:\n${stderr}`)))
    })
  return { process: child, ended, said }
}

/** Rows of history.csv that a kill left whole. */
export function finishedEpochs(run: string): number {
  const file = join(run, 'history.csv')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 2 : 0
}

/** history.csv without its two timing columns. */
async function historyWithoutTimes(run: string): Promise<string> {
  const lines = (await readFile(join(run, 'history.csv'), 'utf8')).trimEnd().split('\n')
  return lines.map(line => line.split(',').slice(0, 4).join(',')).join('\n')
}

/** Tensor bytes of a safetensors file: weights, moments and all else that is not metadata. */
async function tensorBytes(file: string, isTiming: (name: string) => boolean): Promise<Buffer[]> {
  const bytes = await readFile(file)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { data_offsets: [number, number] }>
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__' && !isTiming(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { data_offsets: at }]) => bytes.subarray(8 + length + at[0], 8 + length + at[1]))
}

/** SHA-256 of what a finished run must have, whoever interrupted it: weights, both moments, history without times, pictures. */
export async function runDigest(run: string): Promise<Readonly<Record<string, string>>> {
  const sha = (...parts: readonly (string | Uint8Array)[]) => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  }
  const isTiming = (name: string) => name === 'history'
  return {
    weights: sha(...(await tensorBytes(join(run, 'model.safetensors'), isTiming))),
    checkpoint: sha(...(await tensorBytes(join(run, 'checkpoints', 'last.safetensors'), isTiming))),
    best: sha(...(await tensorBytes(join(run, 'checkpoints', 'best.safetensors'), isTiming))),
    history: sha(await historyWithoutTimes(run)),
    pictures: sha(await readFile(join(run, 'reconstructions.png'))),
  }
}
