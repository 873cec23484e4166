// shared.wasm: the trainer's own arithmetic, over shared memory that every thread sees: parameters, moments, gradients.
export { adam } from './Adam'
export { blockSquares, scale, sumDoubles } from './GradientNorm'
export { movingAverage } from './MovingAverage'
export { allFinite, reduce } from './Reduce'
export { sgd } from './Sgd'
