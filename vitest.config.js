import { defineConfig } from 'vitest/config'
import { rollupRedirects } from './tools/resolve-rules.js'

// The runner's own count for .ci/run, which names the file.
const report = process.env.EYES_TEST_REPORT

// Tests import the source; worker threads and commands run the built package in dist/, which `npm test` makes first.
export default defineConfig({
  plugins: [rollupRedirects()],
  resolve: { mainFields: ['module', 'main'] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    server: { deps: { inline: [/@tensorflow/, /[\\/]sharp[\\/]/] } },
  },
})
