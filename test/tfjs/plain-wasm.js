// The yardstick: tfjs-backend-wasm as its authors ship it, under its own name 'wasm'. Its gradients are tfjs-core's own.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'

const { resolve } = createRequire(import.meta.url)
setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/wasm-out/`)
