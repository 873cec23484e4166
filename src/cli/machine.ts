// What this machine offers for training, one check a function: for `eyes-wasm doctor`. Only Linux has container limits to read;
// elsewhere those checks say nothing. Prints nothing.
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { engineName } from '../engine.js'
import type { VectorMode } from '../wasm/revectorize.js'
import { threadsShareMemory } from './shared-memory.js'

export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failure'
  readonly found: string
  /** What to do about it, unless all is well. */
  readonly cure?: string
}

const gibibytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`

/** Dotted version numbers, compared part by part. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [found, least] = [version, wanted].map(text => text.split('.').map(Number))
  const differing = least!.findIndex((part, index) => part !== (found![index] ?? 0))
  return differing === -1 || (found![differing] ?? 0) > least![differing]!
}

const leastNode = '20.19.0'

export function checkNode(node = process.versions.node, v8 = process.versions.v8): Finding {
  const found = engineName({ ...process.versions, node, v8 })
  if (isAtLeast(node, leastNode)) return { name: 'Node', status: 'ok', found }
  return { name: 'Node', status: 'failure', found, cure: `Install Node ${leastNode} or later.` }
}

/** CPUs that a cgroup v2 `cpu.max` file allows (`200000 100000` = 2), or null for no limit. */
export function parseCpuMax(text: string): number | null {
  const [quota = '', period = ''] = text.trim().split(/\s+/)
  const cores = Number(quota) / Number(period)
  return Number.isFinite(cores) && cores > 0 ? cores : null
}

/** The file of this process's control group, or of the topmost one; null where there is none. */
async function readControlGroupFile(name: string): Promise<string | null> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => null)
  const own = /^0::(\/.*)$/m.exec((await read('/proc/self/cgroup')) ?? '')?.[1] ?? '/'
  return (await read(`/sys/fs/cgroup${own === '/' ? '' : own}/${name}`)) ?? (await read(`/sys/fs/cgroup/${name}`))
}

/** CPUs that the container may use, by either version of control groups, or null. */
async function containerCpus(): Promise<number | null> {
  const unified = await readControlGroupFile('cpu.max')
  if (unified !== null) return parseCpuMax(unified)
  const quota = await readControlGroupFile('cpu/cpu.cfs_quota_us')
  const period = await readControlGroupFile('cpu/cpu.cfs_period_us')
  return quota !== null && period !== null ? parseCpuMax(`${quota.trim()} ${period.trim()}`) : null
}

export async function checkCores(available = availableParallelism(), limit?: number | null): Promise<Finding> {
  const allowed = limit === undefined ? await containerCpus() : limit
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const threads = `${available} ${available === 1 ? 'core' : 'cores'} for threads (${model})`
  if (allowed === null || allowed >= available) return { name: 'Cores', status: 'ok', found: threads }
  return {
    name: 'Cores',
    status: 'warning',
    found: `${threads}, but the container's limit is ${allowed} CPUs`,
    cure: `Train with --threads ${Math.max(1, Math.floor(allowed))}, or raise the limit (docker run --cpus).`,
  }
}

const leastMemory = 1024 ** 3

export function checkMemory(total = totalmem(), constrained = process.constrainedMemory()): Finding {
  // 0 or a number beyond the machine's memory means: no limit.
  const isLimited = constrained > 0 && constrained < total
  const usable = isLimited ? constrained : total
  const found = `${gibibytes(total)}${isLimited ? `, container limit ${gibibytes(constrained)}` : ''}`
  if (usable >= leastMemory) return { name: 'Memory', status: 'ok', found }
  const cure = `Give it ${gibibytes(leastMemory)} or more, or train with fewer --threads.`
  return { name: 'Memory', status: 'warning', found, cure }
}

/** The smallest module with a 128-bit instruction: (func (drop (i8x16.splat (i32.const 0)))). */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11],
)

export function checkSimd(isValid = WebAssembly.validate(simdModule)): Finding {
  if (isValid) return { name: 'WebAssembly SIMD', status: 'ok', found: '128-bit' }
  const cure = 'Use a processor and a Node version with WebAssembly SIMD (x64 with SSE4.1, or arm64).'
  return { name: 'WebAssembly SIMD', status: 'failure', found: 'missing', cure }
}

/** Not a matter of right or wrong: 128-bit vectors give the same bits, slower. */
export function checkVectors(mode: VectorMode, whyNot: () => string, v8 = process.versions.v8): Finding {
  const engine = `V8 ${v8.split('.', 2).join('.')}`
  const found = mode === 'revectorized' ? `256-bit pairs (revectorized, ${engine})` : `128-bit (${whyNot()})`
  return { name: 'Vectors', status: 'ok', found }
}

export async function checkSharedMemory(isShared = threadsShareMemory()): Promise<Finding> {
  const name = 'Shared memory'
  if (await isShared) return { name, status: 'ok', found: 'one WebAssembly memory in all threads' }
  const cure = 'Start Node without flags that take SharedArrayBuffer away; on another engine, use Node.'
  return { name, status: 'failure', found: 'what a thread writes to WebAssembly memory is not seen by others', cure }
}
