// npm run build: the kernels and then the bundles, with the declarations of types made beside them, which need neither and take as long as the
// kernels. Stops with the first that fails.
import { spawn } from 'node:child_process'

const started = new Set()

/** Runs scripts of package.json, one after the other. */
async function inTurn(...scripts) {
  for (const script of scripts) {
    const child = spawn('npm', ['run', script], { stdio: 'inherit', shell: process.platform === 'win32' })
    started.add(child)
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
    started.delete(child)
    if (code !== 0) throw new Error(`npm run ${script} ended with ${code}`)
  }
}

try {
  await inTurn('clean')
  await Promise.all([inTurn('build:wasm', 'build:js'), inTurn('build:types')])
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
  for (const child of started) child.kill()
}
