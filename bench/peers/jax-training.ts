// Training with jax-js, whatever the model: its WebAssembly device, grad, jit, and an Adam written here by the formulas of all contenders.
// Used by jax.ts and models/jax.ts.
import { blockUntilReady, defaultDevice, init, jit, numpy as np, valueAndGrad } from '@jax-js/jax'
import { version } from '../../node_modules/@jax-js/jax/package.json'

export type Values = Record<string, np.Array>

/** Takes over its arguments, as all functions of jax-js do; answers a scalar. */
export type Loss = (parameters: Values, first: np.Array, second: np.Array) => np.Array

export const jaxName = `jax-js ${version}`

/** @throws where it has no WebAssembly device */
export async function useJax(): Promise<void> {
  if (!(await init('wasm')).includes('wasm')) throw new Error('jax-js has no device wasm here')
  defaultDevice('wasm')
}

const betas = [0.9, 0.999] as const

const shared = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.ref]))
const zerosLike = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, np.zeros(value.shape)]))

/** Parameters, moments and `rates` (the two bias corrections of Adam, Kingma and Ba 2015, algorithm 1) to those of the next step. */
function createUpdate(lossOf: Loss, lr: number) {
  const differentiate = valueAndGrad(lossOf)
  return jit(
    (parameters: Values, means: Values, squares: Values, first: np.Array, second: np.Array, rates: np.Array) => {
      const kept = shared(parameters)
      const [loss, gradients] = differentiate(parameters, first, second) as [np.Array, Values]
      loss.dispose()
      const [meanRate, squareRate] = np.split(rates, 2) as [np.Array, np.Array]
      const next: [Values, Values, Values] = [{}, {}, {}]
      for (const [name, gradient] of Object.entries(gradients)) {
        const mean = means[name]!.mul(betas[0]).add(gradient.ref.mul(1 - betas[0]))
        const square = squares[name]!.mul(betas[1]).add(np.square(gradient).mul(1 - betas[1]))
        const size = np.sqrt(square.ref.mul(squareRate.ref)).add(1e-8)
        next[0][name] = kept[name]!.sub(mean.ref.mul(meanRate.ref).mul(lr).div(size))
        next[1][name] = mean
        next[2][name] = square
      }
      meanRate.dispose()
      squareRate.dispose()
      return next
    },
  )
}

/** The loss with the weights `first`, and a step from wherever the last one ended. `data` goes into every call of `lossOf`. */
export function createTraining(lossOf: Loss, first: Values, data: readonly [np.Array, np.Array], lr: number) {
  const update = createUpdate(lossOf, lr)
  const loss = jit(lossOf)
  const given = () => [data[0].ref, data[1].ref] as const
  let state: [Values, Values, Values] = [shared(first), zerosLike(first), zerosLike(first)]
  let steps = 0
  return {
    loss: async () => {
      const values = (await loss(shared(first), ...given()).data()) as Float32Array
      return values[0]!
    },
    step: async () => {
      steps++
      const rates = betas.map(beta => 1 / (1 - beta ** steps))
      state = await blockUntilReady(update(...state, ...given(), np.array(rates)))
    },
  }
}
