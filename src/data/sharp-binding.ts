// sharp's WebAssembly build, and nothing else: the bundler and vitest lead sharp's own loader (which would prefer a native build lying
// beside it) to this file, see tools/resolve-rules.js. Decoding and encoding are asked for in image-folder.ts and report/pictures.ts.
import { createRequire } from 'node:module'

export default createRequire(import.meta.url)('@img/sharp-wasm32/sharp.node') as unknown
