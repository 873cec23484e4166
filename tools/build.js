// Bundles the package with esbuild: dist/ is what users get (command, worker threads, library, tfjs backend), build/ is for this
// checkout only. Runtime libraries are bundled so that an install brings no native optional dependency of theirs along; their
// licences are collected beside them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { buildWeb } from './build-web.js'
import { thirdPartyLicences } from './licences.js'
import { esbuildRedirects } from './resolve-rules.js'

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  // What is loaded on demand (commands, charts, image decoding) becomes a file of its own.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  minify: true,
  // Node shows the line that an uncaught error comes from.
  lineLimit: 160,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  // Piscina's native helper for thread priorities is optional, and unused: it stays out.
  external: ['@img/sharp-wasm32', '@napi-rs/nice'],
  plugins: [esbuildRedirects()],
  // CommonJS dependencies reach Node's own modules through a real `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
  logLevel: 'warning',
}

mkdirSync('dist', { recursive: true })
copyFileSync(
  'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm',
  'dist/tfjs-backend-wasm-simd.wasm',
)

const product = await build({
  ...common,
  entryPoints: {
    cli: 'src/cli/main.ts',
    index: 'src/index.ts',
    'trainer-worker': 'src/imaging/worker.ts',
    // Piscina starts its threads from the file of this name beside its own code.
    worker: 'node_modules/piscina/dist/worker.js',
  },
})
// Piscina loads a task file by require() before it tries import(). Node 20 aborts the whole process when a thread is ended while its
// require() instantiates an ES module ("v8::Module::IsGraphAsync must be used on an instantiated module"); by import() it does not.
writeFileSync(
  'dist/trainer-worker.cjs',
  "module.exports = import('./trainer-worker.js').then(worker => worker.default)\n",
)
// Users' modules may need any op of tfjs-core, so this worker carries all of it: built apart, or the commands' workers would load that too.
const modules = await build({ ...common, entryPoints: { 'module-worker': 'src/trainer/worker.ts' } })
writeFileSync(
  'dist/module-worker.cjs',
  "module.exports = import('./module-worker.js').then(worker => worker.default)\n",
)
// The backend alone: tfjs-core stays the user's own copy, whose registry it joins.
const backend = await build({
  ...common,
  plugins: [esbuildRedirects({ externalCore: true })],
  entryPoints: { backend: 'src/backend.ts' },
})
const web = await buildWeb(JSON.parse(readFileSync('package.json', 'utf8')).version)
writeFileSync(
  'dist/THIRD_PARTY_LICENSES.txt',
  thirdPartyLicences([product.metafile, modules.metafile, backend.metafile, ...web]),
)
