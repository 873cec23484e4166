// Bundles tools/results/ into build/ and runs it: npm run results -- <folder of runs>. Packages stay where they are, in node_modules.
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { build } from 'esbuild'

// Right below the repository's root but one folder: src/version.ts looks for package.json one folder up.
const bundle = 'build/results.js'
await build({
  entryPoints: ['tools/results/index.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
})
await import(pathToFileURL(resolve(bundle)).href)
