/**
 * `import 'eyes-wasm/backend'`: registers the tfjs backend in the importer's own copy of \@tensorflow/tfjs-core. Then
 * `await tf.setBackend('eyes-wasm')`. Nothing of the trainer is loaded.
 * @module eyes-wasm/backend
 */
import { backendName as name } from './kernels/backend.js'
import { registerEyesWasm } from './kernels/register.js'

registerEyesWasm()

/** What `tf.setBackend` takes. Declared here anew, so that its published type leads to no type of tfjs's. */
export const backendName: 'eyes-wasm' = name

// To be called before `tf.setBackend`, by who wants 256-bit vectors: it reaches V8's settings, so an import does not do it.
export { enableRevectorization, vectorMode, type VectorMode } from './wasm/revectorize.js'
