import { defineConfig } from 'vitest/config'
import { rollupRedirects } from './tools/resolve-rules.js'

// The runner's own count for .ci/run, which names the file.
const report = process.env.EYES_TEST_REPORT

/** Tests that take all cores themselves, or wait for signs of life: one file after the other. */
const alone = ['cli', 'faults', 'parallel', 'trainer', 'training', 'web'].map(folder => `test/${folder}/**`)

// Tests import the source; worker threads and commands run the built package in dist/, which `npm test` makes first.
export default defineConfig({
  plugins: [rollupRedirects()],
  resolve: { mainFields: ['module', 'main'] },
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    server: { deps: { inline: [/@tensorflow/, /[\\/]sharp[\\/]/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone.map(folder => `${folder}/*.test.ts`),
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
