import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import { bundledTfjs } from './test/support/bundle-tfjs.js'
import { rollupRedirects } from './tools/resolve-rules.js'

// The runner's own count for .ci/run, which names the file.
const report = process.env.EYES_TEST_REPORT

/** Tests that measure time or memory, wait for signs of life, kill, or drive a browser: one file after the other, after all else. */
const alone = [
  'test/cli/{memory,train,worker-faults}.test.ts',
  'test/faults/*.test.ts',
  'test/parallel/{faults,growth,pool,steps-2000,watchdog}.test.ts',
  'test/trainer/faults.test.ts',
  'test/web/{backend,example,parallel-trainer,snippets,train,vite}.test.ts',
]

/** Those that take ten seconds or more begin first, so that none of them is left to one core at the end. */
const longest = [
  ...['package/package', 'experiments/reproducibility', 'package/vectors', 'package/engines', 'training/resume'],
  ...['cli/studies', 'cli/sweep', 'fuzz/parsers', 'training/resume-recipes', 'parallel/recipes', 'trainer/trainer'],
  ...['experiments/export', 'fuzz/images', 'package/snippets'],
].map(name => `/test/${name}.test.ts`)

class LongestFirst extends BaseSequencer {
  async sort(files) {
    const place = ({ moduleId }) => {
      const found = longest.findIndex(name => moduleId.endsWith(name))
      return found < 0 ? longest.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

// Tests import the source; worker threads and commands run the built package in dist/, which `npm test` makes first.
export default defineConfig({
  plugins: [rollupRedirects(), await bundledTfjs()],
  resolve: { mainFields: ['module', 'main'] },
  test: {
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    server: { deps: { inline: [/test-tfjs/, /[\\/]sharp[\\/]/] } },
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
          include: alone,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
