// Which machine the numbers come from. No host name, no paths.
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { Machine } from './results.js'

/** `vectors`: what the kernels run with (vectors.ts). */
export const machine = (vectors: string): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  os: `${platform()} ${release()} ${arch()}`,
  node: process.versions.node,
  v8: process.versions.v8,
  vectors,
})

/** The machine in one line. */
export const describeMachine = ({ cpu, cores, memoryGiB, os, node, v8, vectors }: Machine) =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node} (V8 ${v8}, ${vectors})`

/** What makes two machines' numbers differ by themselves, in words; none when they are alike. */
export function differences(was: Machine, is: Machine): string[] {
  const keys = ['cpu', 'cores', 'memoryGiB', 'node', 'vectors'] as const
  return keys.filter(key => was[key] !== is[key]).map(key => `${key}: was ${was[key]}, is ${is[key]}`)
}
