// Collects the licences of the packages that esbuild really put into dist/, as its metafiles tell; tools/build.js writes the result.
// A package that states none, or brings no licence text and is not known below, fails the build.
import { readdirSync, readFileSync } from 'node:fs'

/** Folder of the package that a bundled file belongs to (the innermost); undefined for our own files, and for what a browser's bundle leaves out. */
const packageFolder = path => /^(?!\(disabled\):)(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]

/** Folders of all packages of which at least one byte is in the outputs. */
function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)),
  )
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return [...new Set(used.map(([path]) => packageFolder(path)))].filter(folder => folder !== undefined)
}

const read = path => readFileSync(path, 'utf8')

/** The MIT and Apache texts, from files that hold them: our own licence without its holder, and sharp's. */
const mit = holder => read('LICENSE').replace(/^Copyright .*$/m, holder)
const apache = holder => `${holder}\n\n${read('node_modules/sharp/LICENSE')}`

/** Packages that state a licence without bringing its text; holders as their sources (or README) name them. */
const withoutText = {
  '@tensorflow/tfjs-core': () => apache('Copyright 2017-2024 Google LLC'),
  '@tensorflow/tfjs-backend-cpu': () => apache('Copyright 2017-2024 Google LLC'),
  '@tensorflow/tfjs-backend-wasm': () =>
    `${apache('Copyright 2017-2024 Google LLC')}\n\n${read('tools/tfjs-wasm-notices.txt')}`,
  seedrandom: () => mit('Copyright 2019 David Bau'),
  tr46: () => mit('Copyright Sebastian Mayr'),
}

/** Name, version, licence and its text of the package in a folder. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(read(`${folder}/package.json`))
  const files = readdirSync(folder).filter(file => /^(licen[cs]e|copying|notice)/i.test(file))
  const text = files.length > 0 ? files.map(file => read(`${folder}/${file}`)).join('\n\n') : withoutText[name]?.()
  if (!license || !text)
    throw new Error(
      `${folder}: found no licence text, wanted one to ship with the bundle. Name it in tools/licences.js.`,
    )
  return { title: `${name} ${version} (${license})`, text: text.replaceAll('\r\n', '\n').trim() }
}

/** One text with the licences of all packages in these bundles: packages under the very same text stand together above it. */
export function thirdPartyLicences(metafiles) {
  const titles = new Map()
  for (const folder of bundledPackages(metafiles)) {
    const { title, text } = licenceOf(folder)
    titles.set(text, [...(titles.get(text) ?? []), title])
  }
  const rule = '='.repeat(80)
  const parts = [...titles].map(([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text}\n`).sort()
  return ['The files of this folder contain code of the packages below, under their licences.\n', ...parts].join(
    `\n${rule}\n`,
  )
}
