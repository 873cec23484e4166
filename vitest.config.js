import { defineConfig } from 'vitest/config'
import { captureTfjsRegistrations, sharpWasmOnly } from './tools/bundler-plugins.js'

// Tests import the source; worker threads and commands run the built package in dist/, which `npm test` makes first.
export default defineConfig({
  plugins: [captureTfjsRegistrations(), sharpWasmOnly()],
  resolve: { mainFields: ['module', 'main'] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { inline: [/@tensorflow/, /[\\/]sharp[\\/]/] } },
  },
})
