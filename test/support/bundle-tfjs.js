// tfjs for the tests, in one file for each of its packages: as it comes it is a thousand modules, which every file of tests would load one by
// one, for longer than most of them take. The same code, by the same redirections; our own sources stay as they are. For vitest.config.js.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { esbuildRedirects } from '../../tools/resolve-rules.js'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'build/test-tfjs')

/** What sources and tests import of it. */
const imported = [
  ...['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core/dist/register_all_gradients.js'],
  ...['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-cpu/dist/shared.js', '@tensorflow/tfjs-converter'],
  ...['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js'],
  ...[
    '@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js',
    '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js',
  ],
]
const nameOf = id => id.replace('@tensorflow/', '').replace(/\.js$/, '').replaceAll('/', '-')

/** Leaves a file alone that is right already: another run of tests may be reading it. */
function update({ path, contents }) {
  if (!existsSync(path) || !readFileSync(path).equals(contents)) writeFileSync(path, contents)
}

/** Builds the files; answers the plugin that leads imports to them. */
export async function bundledTfjs() {
  const { outputFiles } = await build({
    write: false,
    entryPoints: Object.fromEntries(imported.map(id => [nameOf(id), id])),
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    mainFields: ['module', 'main'],
    keepNames: true,
    plugins: [esbuildRedirects({ externalTargets: true })],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
    },
    logLevel: 'warning',
  })
  mkdirSync(folder, { recursive: true })
  outputFiles.forEach(update)
  return {
    name: 'eyes-wasm-bundled-tfjs',
    enforce: 'pre',
    resolveId(id) {
      if (imported.includes(id)) return join(folder, `${nameOf(id)}.js`)
      if (id.startsWith('@tensorflow/'))
        throw new Error(
          `${id}: is not bundled for the tests, and would be a second copy of tfjs. Add it to test/support/bundle-tfjs.js.`,
        )
      return null
    },
  }
}
