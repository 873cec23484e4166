// npm run readme: runs the README's first command on this machine (some minutes) and puts its real output between the README's
// run:start and run:end marks, and the two pictures it makes into docs/images/. Run it on an idle machine, after npm run build.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'eyes-wasm-readme-'))
try {
  const args = [resolve('dist/cli.js'), 'train', '--epochs', '20']
  const { stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`eyes-wasm train ended with ${status}:\n${stderr}`)
  const [, block] = /<!-- run:start -->\n([^]*)<!-- run:end -->/.exec(readFileSync('README.md', 'utf8')) ?? []
  if (block === undefined) throw new Error('README.md: found no run:start and run:end marks, wanted both.')
  const text = readFileSync('README.md', 'utf8').replace(block, () => `\n\`\`\`\n${stderr.trimEnd()}\n\`\`\`\n\n`)
  writeFileSync('README.md', text)
  for (const picture of ['loss.svg', 'reconstructions.png'])
    copyFileSync(join(folder, 'runs/ae-k3s1p1', picture), `docs/images/${picture}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
