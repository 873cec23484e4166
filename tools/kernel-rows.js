// The table of all kernels in docs/backend.md as Markdown, from the backend's registry. kernel-table.js writes it, test/kernels/kernel-table.test.ts
// holds the document to it.

const places = { own: 'ours', script: 'JavaScript', tfjs: 'tfjs' }

/** @param {ReadonlyMap<string, {origin: string}>} kernels @param {(name: string) => string[]} otherTypesOf */
export function kernelTable(kernels, otherTypesOf) {
  const names = [...kernels.keys()].sort()
  const count = origin => names.filter(name => kernels.get(name).origin === origin).length
  const rows = names.map(name => {
    const types = otherTypesOf(name).map(type => `\`${type}\``)
    return `| \`${name}\` | ${places[kernels.get(name).origin]} | ${types.join(', ')} |`
  })
  const counts = Object.entries(places).map(([origin, place]) => `${count(origin)} ${place}`)
  return [
    `${names.length} kernels: ${counts.join(', ')}. All take the numbers that their ops allow (float32, int32, bool). Those that also take complex`,
    'numbers or strings say so: what moves values, or is linear, is run on the real and on the imaginary parts, and what moves or compares strings',
    'on codes that sort as they do. Any other kernel refuses them by name.',
    '',
    '| kernel | computed by | takes beside numbers |',
    '|---|---|---|',
    ...rows,
  ].join('\n')
}
