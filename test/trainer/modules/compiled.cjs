'use strict'
// A model as TypeScript compiles it to CommonJS.
Object.defineProperty(exports, '__esModule', { value: true })
let weight
function setup(tf) {
  weight = tf.variable(tf.zeros([1]), true, 'weight')
}
const loss = (tf, { x }) => tf.mean(tf.square(tf.sub(tf.mean(x), weight)))
Object.assign(exports, { setup, default: loss })
