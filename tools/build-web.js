// The part of the build that browsers run: dist/web/, files that need no server-side help and nothing beside them but the WASM modules,
// which are copied there. One file an entry point, so that a bundler finds `new URL('./worker.js', import.meta.url)` and the modules as
// they stand. Called by build.js, once the modules are there.
import { copyFileSync, mkdirSync } from 'node:fs'
import { build } from 'esbuild'
import { esbuildRedirects, esbuildWebRedirects } from './resolve-rules.js'

const folder = 'dist/web'
const wasm = ['kernels.wasm', 'shared.wasm', 'tfjs-backend-wasm-simd.wasm']

/** @throws where a bundle imports anything: what only Node has, or a package that a page would have to find */
function checkSelfContained({ outputs }) {
  for (const [file, { imports }] of Object.entries(outputs)) {
    const left = imports.map(({ path }) => path)
    if (left.length === 0) continue
    throw new Error(
      `${file}: imports ${left.join(', ')}, wanted nothing that a browser lacks. Give the source that imports it a twin, x.web.ts beside x.ts.`,
    )
  }
}

/** Builds dist/web; answers the metafiles, from which the licences are collected. @param version the package's own */
export async function buildWeb(version) {
  mkdirSync(folder, { recursive: true })
  for (const file of wasm) copyFileSync(`dist/${file}`, `${folder}/${file}`)
  const bundle = async (entryPoints, options) => {
    const { metafile } = await build({
      bundle: true,
      platform: 'browser',
      // Module workers and SIMD: Chrome 91, Firefox 114, Safari 16.4.
      target: 'es2022',
      format: 'esm',
      mainFields: ['browser', 'module', 'main'],
      outdir: folder,
      minify: true,
      legalComments: 'none',
      metafile: true,
      define: { EYES_WASM_VERSION: JSON.stringify(version) },
      plugins: [esbuildWebRedirects(options), esbuildRedirects()],
      entryPoints,
      logLevel: 'warning',
    })
    checkSelfContained(metafile)
    return metafile
  }
  return Promise.all([
    // Joins the tfjs of the page.
    bundle({ backend: 'src/backend.ts' }, { sharedCore: true }),
    bundle({ index: 'src/web/index.ts' }),
    bundle({ worker: 'src/web/worker.ts' }),
  ])
}
