// The published weights by the built command on the other engines: Node's lines with both vector modes, and one that is not V8. All that a
// machine can have, emulated Arm64 too: npm run test:engines. What npm does not give here is skipped, and its title says so.
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { engines, fetchEngine, hasEngine, type EngineName } from '../../tools/engines.js'
import { publishedRuns } from '../../src/experiments/reproducibility.js'
import { hasAvx2 } from '../../src/wasm/revectorize.js'
import { runNode } from '../engines.js'

const cli = resolve(import.meta.dirname, '../../dist/cli.js')
const slow = 120_000

/** Path of the engine's executable, or why there is none here. Node 20 and 24 have to be there wherever npm has them. */
async function find(name: EngineName): Promise<{ readonly path: string | null; readonly where: string }> {
  if (!hasEngine(name)) return { path: null, where: 'not here: for linux-x64 alone' }
  try {
    return { path: await fetchEngine(name), where: engines[name].version }
  } catch (error) {
    if (name === 'node20' || name === 'node24') throw error
    return { path: null, where: 'not here: npm did not give it' }
  }
}

interface Run {
  readonly threads: number
  /** EYES_WASM_REVECTORIZE, and the mode that comes of it. */
  readonly setting?: '0' | '1'
  readonly vectors: 'simd128' | 'revectorized'
}

/** Where the processor has no 256-bit vectors, nothing is revectorized. */
const wide = process.arch === 'x64' && hasAvx2() ? 'revectorized' : 'simd128'
const runs: Readonly<Partial<Record<EngineName, readonly Run[]>>> = {
  node20: [{ threads: 2, vectors: 'simd128' }],
  node22: [{ threads: 2, vectors: 'simd128' }],
  node24: [
    { threads: 8, setting: '1', vectors: wide },
    { threads: 2, setting: '0', vectors: 'simd128' },
  ],
  node26: [{ threads: 3, setting: '1', vectors: wide }],
  bun: [
    { threads: 1, setting: '1', vectors: 'simd128' },
    { threads: 2, vectors: 'simd128' },
  ],
}

for (const name of Object.keys(runs) as EngineName[]) {
  const { path, where } = await find(name)
  describe.skipIf(path === null)(`${engines[name].title} (${where})`, () => {
    it.each(runs[name]!)('$threads threads, $vectors: the published weights', { timeout: slow }, async run => {
      const { threads, setting, vectors } = run
      const args = [cli, 'doctor', '--reproduce', '--json', '--quiet', '--threads', `${threads}`]
      const environment = setting === undefined ? {} : { EYES_WASM_REVECTORIZE: setting }
      const { code, stdout, stderr } = await runNode(path!, args, tmpdir(), environment)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const found = JSON.parse(stdout) as { engine: string; vectors: string; runs: { weightsSha256: string }[] }
      expect(found.engine).toContain(engines[name].title)
      expect(found.vectors).toBe(vectors)
      expect(found.runs.map(({ weightsSha256 }) => weightsSha256)).toEqual(
        publishedRuns.map(({ weightsSha256 }) => weightsSha256),
      )
    })
  })
}
