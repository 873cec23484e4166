// npm run recipes -- FLAGS: trains with each recipe alone (`eyes-wasm recipes FLAGS`, some ten minutes with --data eyes/) and puts the page that
// comes of it into docs/recipes.md and its pictures into docs/images/. The same line again goes on where it was stopped. Run it after npm run build.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const flags = process.argv.slice(2)
const { status, stdout } = spawnSync(process.execPath, [resolve('dist/cli.js'), 'recipes', ...flags, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
  maxBuffer: 1 << 28,
})
if (status !== 0) process.exit(status ?? 1)
const { folder } = JSON.parse(stdout)
mkdirSync('docs/images', { recursive: true })
for (const file of readdirSync(join(folder, 'images')))
  copyFileSync(join(folder, 'images', file), `docs/images/${file}`)
copyFileSync(join(folder, 'recipes.md'), 'docs/recipes.md')
console.log('written: docs/recipes.md and its pictures in docs/images/')
