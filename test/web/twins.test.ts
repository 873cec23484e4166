// What stands in for a source of ours in a browser, x.web.ts beside x.ts: it has the same names, of the same types, and needs nothing of Node's.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type * as host from '../../src/host.js'
import type * as webHost from '../../src/host.web.js'
import type * as checked from '../../src/kernels/checked-modules.js'
import type * as webChecked from '../../src/kernels/checked-modules.web.js'
import type * as listeners from '../../src/kernels/process-listeners.js'
import type * as webListeners from '../../src/kernels/process-listeners.web.js'
import type * as pool from '../../src/parallel/pool.js'
import type * as webPool from '../../src/parallel/pool.web.js'
import type * as worker from '../../src/parallel/worker.js'
import type * as webWorker from '../../src/parallel/worker.web.js'
import type * as sha256 from '../../src/sha256.js'
import type * as webSha256 from '../../src/sha256.web.js'
import type * as trainerHost from '../../src/trainer/host.js'
import type * as webTrainerHost from '../../src/trainer/host.web.js'
import type * as moduleTfjs from '../../src/trainer/module-tfjs.js'
import type * as webModuleTfjs from '../../src/trainer/module-tfjs.web.js'
import type * as version from '../../src/version.js'
import type * as webVersion from '../../src/version.web.js'
import type * as modules from '../../src/wasm/modules.js'
import type * as webModules from '../../src/wasm/modules.web.js'
import type * as vectors from '../../src/wasm/revectorize.js'
import type * as webVectors from '../../src/wasm/revectorize.web.js'
import { root } from './chromium.js'

/** True where a twin's names are among its original's and can be called as they can. */
type Fits<Original, Twin> = keyof Twin extends keyof Original
  ? Twin extends Pick<Original, keyof Twin & keyof Original>
    ? true
    : false
  : false

/** By the file of the original; the type checker fails where one is false. */
const fits: Record<string, true> = {
  'host.ts': true satisfies Fits<typeof host, typeof webHost>,
  'kernels/checked-modules.ts': true satisfies Fits<typeof checked, typeof webChecked>,
  'kernels/process-listeners.ts': true satisfies Fits<typeof listeners, typeof webListeners>,
  'parallel/pool.ts': true satisfies Fits<typeof pool, typeof webPool>,
  'parallel/worker.ts': true satisfies Fits<typeof worker, typeof webWorker>,
  'sha256.ts': true satisfies Fits<typeof sha256, typeof webSha256>,
  'trainer/host.ts': true satisfies Fits<typeof trainerHost, typeof webTrainerHost>,
  'trainer/module-tfjs.ts': true satisfies Fits<typeof moduleTfjs, typeof webModuleTfjs>,
  'version.ts': true satisfies Fits<typeof version, typeof webVersion>,
  'wasm/modules.ts': true satisfies Fits<typeof modules, typeof webModules>,
  'wasm/revectorize.ts': true satisfies Fits<typeof vectors, typeof webVectors>,
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map(file =>
  file.replaceAll('\\', '/'),
)
const twins = files.filter(file => file.endsWith('.web.ts')).sort()

describe('sources for browsers', () => {
  it('all stand beside an original, and their types are compared', () => {
    const originals = twins.map(file => file.replace('.web.ts', '.ts'))
    expect(originals.filter(file => !files.includes(file))).toEqual([])
    expect(originals).toEqual(Object.keys(fits).sort())
  })

  it.each(twins)('%s imports nothing of Node’s', file => {
    expect(readFileSync(join(root, 'src', file), 'utf8')).not.toMatch(/from '(node:|piscina)/)
  })

  it('docs/browser.md lists what is built', () => {
    const table = /sizes:start([^]*)sizes:end/.exec(readFileSync(join(root, 'docs/browser.md'), 'utf8'))![1]!
    const listed = [...table.matchAll(/^\| `(.+?)`/gm)].map(match => match[1])
    expect(listed.sort()).toEqual(readdirSync(join(root, 'dist/web')).sort())
  })

  it('the bundles are small', () => {
    const size = (name: string) => readFileSync(join(root, 'dist/web', name)).length
    expect(size('index.js')).toBeLessThan(90_000)
    expect(size('backend.js')).toBeLessThan(600_000)
    expect(size('worker.js')).toBeLessThan(750_000)
  })
})
