// The worker file of users' modules (dist/module-worker.js). What is in it is module-program.ts.
import { serve } from '../parallel/worker.js'
import { openModuleProgram } from './module-program.js'

export { endingOnFault } from '../parallel/worker.js'
export default serve(openModuleProgram)
