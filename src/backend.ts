// `import 'eyes-wasm/backend'`: registers the tfjs backend in the importer's own copy of @tensorflow/tfjs-core. Then
// `await tf.setBackend('eyes-wasm')`. Nothing of the trainer is loaded.
import { registerEyesWasm } from './kernels/register.js'

registerEyesWasm()

export { backendName } from './kernels/backend.js'
