// Which JavaScript engine this process runs on, for messages and for what belongs to V8 alone. Results depend on neither.

/** Runtimes that present themselves as a version of Node, and of V8, that they are not. */
const others = [
  { key: 'bun', name: 'Bun', engine: 'JavaScriptCore', isV8: false },
  { key: 'deno', name: 'Deno', engine: 'V8', isV8: true },
] as const

const found = (versions: NodeJS.ProcessVersions) => others.find(({ key }) => versions[key] !== undefined)

/** Whether the engine is V8: where it is not, `process.versions.v8` is made up and V8's flags are taken and do nothing. */
export const isV8 = (versions: NodeJS.ProcessVersions = process.versions): boolean => found(versions)?.isV8 ?? true

/** e.g. `Node 24.21.0, V8 13.6.233.17-node.53` or `Bun 1.4.5, JavaScriptCore`. */
export function engineName(versions: NodeJS.ProcessVersions = process.versions): string {
  const other = found(versions)
  if (other === undefined) return `Node ${versions.node}, V8 ${versions.v8}`
  return `${other.name} ${versions[other.key]}, ${other.engine}${other.isV8 ? ` ${versions.v8}` : ''}`
}
