// .ci/audit.js over reports as npm writes them: a finding in what is shipped fails, one in a tool does not, and a registry that has no
// answer is said.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-audit-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function audit(report: object) {
  const file = join(folder, 'report.json')
  await writeFile(file, JSON.stringify(report))
  const { status, stdout } = spawnSync(process.execPath, ['.ci/audit.js', '--report', file], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, stdout }
}

const finding = (name: string) => ({
  auditReportVersion: 2,
  vulnerabilities: { [name]: { name, severity: 'high', range: '<99' } },
})

describe('the audit step', () => {
  it('passes where nothing is known', async () => {
    const { status, stdout } = await audit({ auditReportVersion: 2, vulnerabilities: {} })
    expect(stdout).toMatch(/^npm audit --omit=dev: 0 findings/)
    expect(status).toBe(0)
  })

  it.each(['@img/sharp-wasm32', 'piscina'])('fails for %s, which is shipped', async name => {
    const { status, stdout } = await audit(finding(name))
    expect(stdout).toContain(`bundled packages: ${name} <99: high (FOUND)`)
    expect(status).toBe(1)
  })

  it('tells a tool from what is shipped', async () => {
    expect((await audit(finding('eslint'))).stdout).toContain(
      'bundled packages: eslint <99: high (only a tool of ours)',
    )
  })

  it('says that the registry did not answer, and goes on', async () => {
    const { status, stdout } = await audit({ message: '405 Method Not Allowed' })
    expect(stdout).toContain('the registry did not answer (405 Method Not Allowed); nothing was checked')
    expect(status).toBe(0)
  })
})
