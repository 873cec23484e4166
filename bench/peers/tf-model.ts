// A model of other people on one tfjs backend as a contender, in a process of its own. Speaks the line protocol of child.ts.
// Usage: node tf-model.js MODEL BACKEND IMAGES
import type { OtherName } from '../other-models.js'
import { serve } from './serve.js'
import { type Backend, openRunner } from './tf-runner.js'
import tfjs from '../../node_modules/@tensorflow/tfjs-core/package.json'
import { backendContender } from './own-name.js'

const [name = '', backend = '', imageCount = ''] = process.argv.slice(2)
const images = Number(imageCount)
const { complaint, loss, step } = await openRunner(name as OtherName, backend as Backend, images)

await serve(
  {
    name: backend === 'eyes-wasm' ? backendContender : `tfjs ${backend} ${tfjs.version}`,
    threads: 1,
    does: complaint === null ? 'training' : 'forward only',
    images,
    ...(complaint !== null && { complaint }),
  },
  { loss: (count = images, part = count) => loss(count, part), step },
)
