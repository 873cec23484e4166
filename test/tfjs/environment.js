// First module of the bundled suite: the one test environment that tfjs-core's tests run in. It must be set before any test is
// imported; run.js, which has put jasmine's globals in place, imports the backend under test and then the tests behind it.
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js'

// The name is part of each test's full name: the same for every backend, so that lists of names can be compared.
setTestEnvs([{ name: 'suite', backendName: process.env.EYES_TFJS_BACKEND, isDataSync: true }])
