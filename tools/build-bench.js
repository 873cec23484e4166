// Builds the benchmark into build/bench/ when it is missing or older than its sources; with it, the package itself. `npm run bench`
// runs this first. The bench is a bundle of its own around src/, but its worker threads and commands are those of dist/, as shipped.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { esbuildRedirects } from './resolve-rules.js'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const changed = path => (existsSync(path) ? statSync(path).mtimeMs : 0)
const newest = folder =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => changed(join(entry.parentPath, entry.name))),
  )
const isStale = (target, ...folders) => changed(target) < Math.max(...folders.map(newest))

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
}

/** Files of dist/ are found there from the bench's bundle too: our own by assetUrl, Piscina's worker by its __dirname. The version is bundled. */
const filesOfDist = {
  name: 'files-of-dist',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]assets\.ts$/ }, () => ({
      contents: "export const assetUrl = name => new URL('../../dist/' + name, import.meta.url)",
    }))
    build.onLoad({ filter: /[\\/]src[\\/]version\.ts$/ }, () => ({
      contents: "export { version } from '../package.json'",
    }))
  },
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  mainFields: ['module', 'main'],
  outdir: 'build/bench',
  external: ['@img/sharp-wasm32', '@napi-rs/nice'],
  sourcemap: true,
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; import { fileURLToPath as __path } from 'node:url'; const require = __createRequire(import.meta.url); const __dirname = __path(new URL('../../dist', import.meta.url));",
  },
  logLevel: 'warning',
}

if (isStale('dist/index.js', 'src', 'assembly', 'tools')) run('npm', ['run', 'build'])
if (isStale('build/bench/index.js', 'bench', 'src', 'tools')) {
  mkdirSync('build/bench', { recursive: true })
  run(process.execPath, ['node_modules/assemblyscript/bin/asc.js', 'bench/assembly/limits.ts', '--target', 'limits'])
  // tfjs with backends of its own, unredirected: a peer must be what its users get.
  await build({
    ...common,
    entryPoints: { tfjs: 'bench/peers/tfjs.ts', jax: 'bench/peers/jax.ts', 'jax-model': 'bench/peers/models/jax.ts' },
  })
  copyFileSync(
    'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm',
    'build/bench/tfjs-backend-wasm-simd.wasm',
  )
  // Other people's models: tfjs and ours as installed. The models are files of their own, which a ParallelTrainer's workers import.
  const asInstalled = { ...common, external: [...common.external, '@tensorflow/*'] }
  await build({
    ...asInstalled,
    entryPoints: {
      trainer: 'bench/peers/trainer.ts',
      'tf-model': 'bench/peers/tf-model.ts',
      'profile-kernels': 'bench/profile-kernels.ts',
    },
  })
  const models = readdirSync('bench/peers/models').filter(name => /\.ts$/.test(name) && !/^(parts|jax)/.test(name))
  await build({
    ...asInstalled,
    entryPoints: models.map(name => `bench/peers/models/${name}`),
    outdir: 'build/bench/models',
    banner: {},
  })
  await build({ ...common, plugins: [esbuildRedirects(), filesOfDist], entryPoints: { index: 'bench/index.ts' } })
}
