// Bundles the package: dist/ is what users get (command, worker threads, library, tfjs backend), build/ is for this checkout only.
// Runtime libraries are bundled so that an install brings no native optional dependency of theirs along.
import { copyFileSync, mkdirSync } from 'node:fs'
import { defineConfig } from 'rolldown'
import { captureTfjsRegistrations, sharpWasmOnly } from './tools/bundler-plugins.js'

mkdirSync('dist', { recursive: true })
copyFileSync('node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm', 'dist/tfjs-backend-wasm-simd.wasm')

const shared = {
  platform: 'node',
  plugins: [captureTfjsRegistrations(), sharpWasmOnly()],
  external: [/^@img\//],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] }, mainFields: ['module', 'main'] },
  logLevel: 'warn',
}
const output = { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', minify: true }

export default defineConfig([
  {
    ...shared,
    input: { cli: 'src/cli/main.ts', index: 'src/index.ts', worker: 'src/parallel/worker.ts', 'piscina-worker': 'src/parallel/piscina-worker.ts' },
    output,
  },
  // The backend alone: tfjs-core stays the user's own copy, whose registry it joins.
  {
    ...shared,
    external: [...shared.external, '@tensorflow/tfjs-core'],
    input: { backend: 'src/backend.ts' },
    output,
  },
])
