// npm run kernels:table: writes the table of all kernels into docs/backend.md, between its marks. From the registry in src/kernels/register.ts,
// which is bundled into build/ for it; no backend is started.
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { kernelTable } from './kernel-rows.js'
import { replaceBlock } from './readme-block.js'
import { esbuildRedirects } from './resolve-rules.js'

const bundle = 'build/kernel-table.js'
await build({
  stdin: {
    contents: `
      export { allKernels } from './src/kernels/register.ts'
      export { otherTypesOf } from './src/kernels/value-types.ts'`,
    resolveDir: '.',
  },
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  mainFields: ['module', 'main'],
  plugins: [esbuildRedirects()],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __dirname = import.meta.dirname;",
  },
  logLevel: 'warning',
})
const { allKernels, otherTypesOf } = await import(pathToFileURL(resolve(bundle)).href)
replaceBlock('kernels', kernelTable(allKernels, otherTypesOf), 'docs/backend.md')
console.log(`written: ${allKernels.size} kernels into docs/backend.md`)
