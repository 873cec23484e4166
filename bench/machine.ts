// Which machine the numbers come from. No host name, no paths.
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { Machine } from './results.js'

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  os: `${platform()} ${release()} ${arch()}`,
  node: process.versions.node,
  v8: process.versions.v8,
})
