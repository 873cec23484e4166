// npm run readme: runs the README's commands on this machine (some minutes) and puts their real output between the README's marks (run:start and
// run:end, reproduce:start and reproduce:end), and the two pictures that the first makes into docs/images/. Run it on an idle machine, after
// npm run build. `npm run readme -- reproduce` makes that block alone, `-- sizes` the table of dist/web in docs/browser.md.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
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

/** The files of dist/web and what each is for. */
const webFiles = {
  'backend.js': "the backend, in the page's tfjs",
  'index.js': '`train` and `ParallelTrainer`',
  'worker.js': 'what each worker runs',
  'kernels.wasm': 'our kernels',
  'tfjs-backend-wasm-simd.wasm': "tfjs's own kernels, and the memory of both",
  'shared.wasm': 'the sum of the gradients and the optimiser',
}

function sizesTable() {
  const rows = Object.entries(webFiles).map(([name, purpose]) => {
    const bytes = readFileSync(join('dist/web', name))
    const kilobytes = [bytes.length, gzipSync(bytes).length].map(size => Math.ceil(size / 1000))
    return `| \`${name}\` | ${purpose} | ${kilobytes.join(' | ')} |`
  })
  return ['| file | for | kB | gzip |', '|---|---|---:|---:|', ...rows].join('\n')
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
  sizes() {
    replaceBlock('sizes', sizesTable(), 'docs/browser.md')
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
