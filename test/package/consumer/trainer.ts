// A user's program with a model of its own: the public names of ParallelTrainer, under the type checker only.
import {
  adam,
  type AdamOptions,
  adamW,
  type AdamWOptions,
  type FitCallback,
  type FitEpoch,
  type FitOptions,
  type FitResult,
  type FitStart,
  type FitStep,
  type Measured,
  type ModuleContext,
  type Optimizer,
  ParallelTrainer,
  progress,
  type ProgressOptions,
  sgd,
  type SgdOptions,
  sharedArray,
  type SharedData,
  type SharedTensor,
  type TrainerOptions,
  type VariableValues,
} from 'eyes-wasm'

const rates: [AdamOptions, AdamWOptions, SgdOptions] = [{ lr: 1e-3 }, { weightDecay: 0.1 }, { momentum: 0.9 }]
const optimizers: Optimizer[] = [adam(rates[0]), adamW(rates[1]), sgd(rates[2])]
const x: SharedTensor = sharedArray(new Float32Array(12), [6, 2])
const data: SharedData = { x, y: sharedArray(Uint8Array.of(1, 0, 1, 0, 1, 0), [6], { dtype: 'float32' }) }
const options: TrainerOptions = { model: './model.js', data, optimizer: optimizers[0]!, settings: { units: 4 } }
const lines: ProgressOptions = { every: 10, stream: { write: (text: string) => text.length } }
const epochs: FitEpoch[] = []
const callback: FitCallback = {
  onStart: (start: FitStart) => (start.examples === 0 ? { stop: 'nothing to do' } : undefined),
  onStep: (step: FitStep) => (step.loss < 1e-3 ? { stop: 'good enough' } : undefined),
  onEpoch: epoch => {
    epochs.push(epoch)
    return undefined
  },
}

/** Most callbacks only look on. */
const onlooker: FitCallback = {
  onStep: step => {
    epochs.length = step.epoch
  },
  onEpoch: async ({ epoch }) => {
    await Promise.resolve(epoch)
  },
}

/** What a model's module exports. */
export function loss(
  _tf: unknown,
  { x }: Record<'x', { sum(): unknown }>,
  { training, report }: ModuleContext,
): unknown {
  if (!training) report('sum', x.sum())
  return x.sum()
}

export async function main(): Promise<number> {
  const trainer = new ParallelTrainer(options)
  const fit: FitOptions = {
    epochs: 2,
    batch: 3,
    callbacks: [callback, onlooker, progress(lines)],
    validation: { share: 0.5 },
  }
  const { history, stopped }: FitResult = await trainer.fit(fit)
  const measured: Measured = await trainer.evaluate({ indices: [0, 1] })
  const variables: Map<string, VariableValues> = await trainer.variables()
  const tensor = (values: Float32Array, shape: number[]) => values.length - shape.length // as tfjs declares it
  for (const { values, shape } of variables.values()) tensor(values, shape)
  await trainer.save('weights.safetensors')
  await trainer.close()
  return history.length + measured.loss + variables.size + (stopped?.length ?? 0)
}

// @ts-expect-error: a misspelt option is a mistake
export const misspelt: TrainerOptions = { ...options, threds: 2 }

// @ts-expect-error: an answer without a reason is a mistake
export const reasonless: FitCallback = { onEpoch: () => ({ stop: true }) }
