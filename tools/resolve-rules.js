// Import redirections that keep two libraries' side effects out; one rule function, in esbuild's and in Rollup's (vitest's) plugin form.
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

/** With `externalCore`, imports of tfjs-core itself stay imports (its gradient files, which it does not export, are bundled). */
export const esbuildRedirects = ({ externalCore = false } = {}) => ({
  name: 'eyes-wasm-redirects',
  setup(build) {
    build.onResolve({ filter: /^(\.\/|@tensorflow\/tfjs-core$|canvas$)/ }, ({ path, importer }) => {
      const target = redirect(path, importer)
      if (target) return { path: target }
      return externalCore && path === '@tensorflow/tfjs-core' ? { path, external: true } : undefined
    })
  },
})
