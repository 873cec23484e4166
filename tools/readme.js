// npm run readme: runs the README's commands on this machine (some minutes) and puts their real output between the README's marks (run:start and
// run:end, reproduce:start and reproduce:end), and the two pictures that the first makes into docs/images/. Run it on an idle machine, after
// npm run build. `npm run readme -- reproduce` makes that block alone.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { literally, replaceBlock } from './readme-block.js'

/** What `eyes-wasm ...args` prints, on stdout or, for a person to watch, on stderr. */
function outputOf(args, folder) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`eyes-wasm ${args.join(' ')} ended with ${status}:\n${stderr}`)
  return stdout || stderr
}

const blocks = {
  run(folder) {
    replaceBlock('run', literally(outputOf(['train', '--epochs', '20'], folder)))
    for (const picture of ['loss.svg', 'reconstructions.png'])
      copyFileSync(join(folder, 'runs/ae-k3s1p1', picture), `docs/images/${picture}`)
  },
  reproduce(folder) {
    replaceBlock('reproduce', literally(outputOf(['doctor', '--reproduce', '--quiet'], folder)))
  },
}

const folder = mkdtempSync(join(tmpdir(), 'eyes-wasm-readme-'))
try {
  const named = process.argv.slice(2)
  for (const name of named.length > 0 ? named : Object.keys(blocks)) {
    if (!(name in blocks)) throw new Error(`found '${name}', wanted ${Object.keys(blocks).join(' or ')}`)
    blocks[name](folder)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
