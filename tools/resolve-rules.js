// Import redirections that keep libraries' side effects out; one rule function, in esbuild's and in Rollup's (vitest's) plugin form.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = path => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/**
 * Where an import leads instead, or null.
 * - tfjs-backend-wasm and tfjs-core register kernels and gradients while being imported, under names of their own. Their two
 *   lists are handed to us (src/kernels/registrations.ts), so that a user's own 'wasm' backend stays untouched.
 * - sharp's loader prefers native builds that lie beside it; ours loads the WASM build and nothing else.
 * - vega measures text with the native package `canvas` where a user happens to have it: charts would differ between machines.
 */
function redirect(id, importer) {
  const from = (importer ?? '').replaceAll('\\', '/')
  if (from.endsWith('tfjs-backend-wasm/dist/register_all_kernels.js') && id === '@tensorflow/tfjs-core')
    return source('kernels/registrations.ts')
  if (from.endsWith('tfjs-core/dist/register_all_gradients.js') && id === './kernel_registry')
    return source('kernels/registrations.ts')
  if (/\/sharp\/dist\/[^/]+$/.test(from) && /^\.\/sharp\.[cm]js$/.test(id)) return source('data/sharp-binding.ts')
  if (id === 'canvas' && from.includes('/vega-canvas/')) return source('report/no-canvas.ts')
  return null
}

export const rollupRedirects = () => ({
  name: 'eyes-wasm-redirects',
  enforce: 'pre',
  resolveId: (id, importer) => redirect(id, importer),
})

/**
 * With `externalCore`, imports of tfjs-core itself stay imports (its gradient files, which it does not export, are bundled); with
 * `externalTargets` those of our own files do, to which others lead.
 */
export const esbuildRedirects = ({ externalCore = false, externalTargets = false } = {}) => ({
  name: 'eyes-wasm-redirects',
  setup(build) {
    build.onResolve({ filter: /^(\.\/|@tensorflow\/tfjs-core$|canvas$)/ }, ({ path, importer }) => {
      const target = redirect(path, importer)
      if (target) return { path: target, external: externalTargets }
      return externalCore && path === '@tensorflow/tfjs-core' ? { path, external: true } : undefined
    })
  },
})

/** The file that stands in for a source of ours in a browser: `pool.web.ts` beside `pool.ts`; null where there is none. */
function browserTwin(id, importer) {
  const file = join(dirname(importer), id.replace(/\.js$/, '.web.ts'))
  return existsSync(file) ? file : null
}

/** What no bundle for browsers needs: tfjs-backend-wasm's threaded build, which we never bring up, and its workers. */
const threadedBuild = /\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/
/** What a page's own tfjs-core has put into the engine already, and warns of when it happens twice. */
const pagesOwn = /^\.\/(platforms\/platform_\w+|optimizers\/register_optimizers)$/
/** Every name that is imported from those files. */
const nothing = 'export default undefined; export const wasmWorkerContents = "", registerOptimizers = () => undefined'

/**
 * For bundles that browsers run: sources lead to their twins. What only Node has is left out where nothing uses it; tools/build-web.js looks
 * whether something does. With `sharedCore` the bundle joins the tfjs of a page: it brings code of its own, and shares the engine and
 * the registry, which every copy of tfjs-core keeps in globalThis.
 */
export const esbuildWebRedirects = ({ sharedCore = false } = {}) => ({
  name: 'eyes-wasm-web-redirects',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }))
    build.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, importer }) => {
      const twin = importer.startsWith(source('')) ? browserTwin(path, importer) : null
      return twin ? { path: twin, sideEffects: false } : undefined
    })
    const leaveOut = filter => build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }))
    leaveOut(threadedBuild)
    if (sharedCore) leaveOut(pagesOwn)
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: nothing }))
  },
})
