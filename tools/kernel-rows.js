// The table of all kernels in docs/backend.md as Markdown, from the backend's registry. kernel-table.js writes it, test/kernels/kernel-table.test.ts
// holds the document to it.

const places = {
  own: 'ours, WebAssembly SIMD',
  script: 'ours, JavaScript on the same memory',
  tfjs: 'tfjs-backend-wasm',
}

/** @param {ReadonlyMap<string, {origin: string}>} kernels @param {(name: string) => string[]} otherTypesOf */
export function kernelTable(kernels, otherTypesOf) {
  const names = [...kernels.keys()].sort()
  const count = origin => names.filter(name => kernels.get(name).origin === origin).length
  const rows = names.map(name => {
    const types = otherTypesOf(name).map(type => `\`${type}\``)
    return `| \`${name}\` | ${places[kernels.get(name).origin]} | ${types.join(', ')} |`
  })
  const counts = Object.entries(places).map(([origin, words]) => `${count(origin)} (${words})`)
  return [
    `${names.length} kernels: ${counts.join(', ')}.`,
    '',
    '| kernel | computes in | takes beside numbers |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}
