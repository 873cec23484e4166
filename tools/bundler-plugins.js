// Resolver plugins (Rollup's form: rolldown and vitest both take them) that keep two libraries' import side effects out.
import { fileURLToPath } from 'node:url'

const source = path => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/**
 * tfjs-backend-wasm and tfjs-core register kernels and gradients as a side effect of import, under names of their own.
 * Their two lists are handed to us instead (src/kernels/registrations.ts), so that a user's own 'wasm' backend stays untouched.
 */
export function captureTfjsRegistrations() {
  return {
    name: 'capture-tfjs-registrations',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!importer) return null
      const from = importer.replaceAll('\\', '/')
      if (from.endsWith('tfjs-backend-wasm/dist/register_all_kernels.js') && id === '@tensorflow/tfjs-core') return source('kernels/registrations.ts')
      if (from.endsWith('tfjs-core/dist/register_all_gradients.js') && id === './kernel_registry') return source('kernels/registrations.ts')
      return null
    },
  }
}

/** sharp's loader prefers native builds that lie beside it; ours loads the WASM build and nothing else. */
export function sharpWasmOnly() {
  return {
    name: 'sharp-wasm-only',
    enforce: 'pre',
    resolveId(id, importer) {
      return importer && /sharp[\\/]dist[\\/]/.test(importer) && /^\.\/sharp\.[cm]js$/.test(id) ? source('data/sharp-binding.ts') : null
    },
  }
}
