// module-tfjs.ts in a browser, where a module's own tfjs cannot be found by name: the copy that the worker carries. A module that imports another one
// by URL may use that, because they share one engine.
import * as bundled from '@tensorflow/tfjs-core'
import type { Tfjs } from './module-tfjs.js'

export type { Tfjs }

export const tfjsOf = (): Promise<Tfjs> => Promise.resolve(bundled)
