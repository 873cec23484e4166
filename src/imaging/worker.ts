// The worker file of the image models (dist/trainer-worker.js). What is in it is program.ts.
import { serve } from '../parallel/worker.js'
import { openImageProgram } from './program.js'

export { endingOnFault } from '../parallel/worker.js'
export default serve(openImageProgram)
