// Asks the registry for known vulnerabilities of what we ship: the runtime dependencies (`npm audit --omit=dev`) and, among the others,
// the packages that are bundled into dist/. A finding in either fails; one in a mere tool is printed. A registry that has no audit
// endpoint, or does not answer, is said and is no failure. `--report FILE` judges a report that is there already (for the test).
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = path => JSON.parse(readFileSync(path, 'utf8'))

/** Names of everything in the packed files: dependencies, and what THIRD_PARTY_LICENSES.txt lists as bundled (`name 1.2.3 (licence)`). */
function shippedPackages() {
  const { dependencies } = read(`${root}package.json`)
  const licences = readFileSync(`${root}dist/THIRD_PARTY_LICENSES.txt`, 'utf8')
  const bundled = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(/gm)].map(match => match[1])
  return new Set([...Object.keys(dependencies), ...bundled])
}

/** npm's report, or why there is none. */
function report(omit) {
  const at = process.argv.indexOf('--report')
  if (at > 0) return read(process.argv[at + 1])
  const { stdout } = spawnSync('npm', ['audit', '--json', ...omit], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 120_000,
  })
  try {
    return JSON.parse(stdout)
  } catch {
    return { message: 'npm gave no report' }
  }
}

function findings(name, omit, isOurs) {
  const { auditReportVersion, vulnerabilities = {}, message = 'no reason given' } = report(omit)
  if (auditReportVersion === undefined) {
    console.log(`${name}: the registry did not answer (${message}); nothing was checked.`)
    return 0
  }
  const all = Object.values(vulnerabilities)
  const ours = all.filter(({ name: found }) => isOurs(found))
  for (const { name: found, severity, range } of all) {
    const what = isOurs(found) ? 'FOUND' : 'only a tool of ours'
    console.log(`${name}: ${found} ${range}: ${severity} (${what})`)
  }
  console.log(`${name}: ${ours.length} findings in what is shipped, ${all.length - ours.length} in tools.`)
  return ours.length
}

const shipped = shippedPackages()
const runtime = findings('npm audit --omit=dev', ['--omit=dev'], () => true)
const bundled = findings('npm audit, bundled packages', [], name => shipped.has(name))
process.exitCode = runtime + bundled === 0 ? 0 : 1
