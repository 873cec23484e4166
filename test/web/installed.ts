// A user's folder with the package in its node_modules as an installation leaves it: the files themselves, not a link into this checkout,
// which a bundler would treat otherwise. All else is linked.
import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './chromium.js'

/** The folder's path; whoever asks for it removes it. */
export async function installed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eyes-page-'))
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'eyes-wasm/dist'), { recursive: true })
  await cp(join(root, 'package.json'), join(modules, 'eyes-wasm/package.json'))
  await cp(join(root, 'dist/web'), join(modules, 'eyes-wasm/dist/web'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules')))
    if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(modules, name))
  return folder
}
