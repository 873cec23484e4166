// npm run pictures: makes the pictures at the top of the README, docs/images/compare.png and noise.png. Trains an autoencoder and a VAE on
// generated eyes (some ten minutes on two cores), and draws both with the package's own commands. Run it after npm run build.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'eyes-wasm-pictures-'))

/** One command of ours, its progress on this terminal. */
function run(line) {
  console.log(`eyes-wasm ${line}`)
  const { status } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...line.split(' ')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`eyes-wasm ${line} ended with ${status}`)
}

try {
  run('train --epochs 8 --batch 41 --out ae')
  run('train --model vae --kernel 3 --padding 1 --epochs 6 --batch 32 --out vae')
  run('compare ae vae --ids 3,227,841,1475 --out compare')
  run('noise ae vae --ids 3,1475 --out noise')
  mkdirSync('docs/images', { recursive: true })
  copyFileSync(join(folder, 'compare/compare.png'), 'docs/images/compare.png')
  copyFileSync(join(folder, 'noise/noise.png'), 'docs/images/noise.png')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
