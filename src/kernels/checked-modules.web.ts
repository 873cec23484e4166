// checked-modules.ts in a browser: the 128-bit kernels, which need no proof against themselves.
export { compileModules as checkedModules } from '../wasm/modules.js'
