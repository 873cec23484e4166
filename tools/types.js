// Leaves in dist/types/ only the declarations that the package's entry points lead to, and fails where one of them would need types
// that a user may not have installed. tsc (tsconfig.build.json) has written them before.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'dist/types'
const entryPoints = ['index.d.ts', 'backend.d.ts', 'web/index.d.ts']

const importsOf = file =>
  [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:\bfrom|\bimport\(?)\s*['"]([^'"]+)['"]/g)].map(
    match => match[1],
  )

const reachable = new Set()
function visit(file) {
  if (reachable.has(file)) return
  reachable.add(file)
  for (const id of importsOf(file)) {
    if (!id.startsWith('.'))
      throw new Error(`${folder}/${file}: imports types of '${id}', wanted none. Keep them out of what src/ exports.`)
    visit(join(file, '..', id.replace(/\.js$/, '.d.ts')))
  }
}
entryPoints.forEach(visit)

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name)
  if (entry.isFile() && !reachable.has(file.slice(folder.length + 1))) rmSync(file)
}
