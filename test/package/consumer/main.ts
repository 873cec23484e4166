// A user's program: every public name, under the type checker only. What it does is of no matter.
import {
  evaluate,
  EyesWasmError,
  load,
  train,
  version,
  type Answer,
  type Callback,
  type ControlOptions,
  type EpochRecord,
  type ErrorCode,
  type EvaluateHooks,
  type EvaluateOptions,
  type ImageSize,
  type Latents,
  type LoadedModel,
  type LoadOptions,
  type LossName,
  type ModelKind,
  type ModelSource,
  type ModelSpec,
  type Monitor,
  type Place,
  type PublishedQuality,
  type Quality,
  type QualityReport,
  type RunHooks,
  type RunOptions,
  type RunOutcome,
  type Snapshot,
  type StepRecord,
  type TrainConfig,
  type TrainedModel,
  type TrainerState,
  type TrainOptions,
  type TrainSummary,
  type Verdict,
} from 'eyes-wasm'
import { backendName } from 'eyes-wasm/backend'
import {
  generateEyes,
  safetensors,
  train as trainInPage,
  type Images,
  type View,
  type WebOutcome,
  type WebTrainOptions,
} from 'eyes-wasm/web'

const epochs: EpochRecord[] = []
const callback: Callback = {
  onStep: (step: StepRecord): Verdict => (step.loss < 1e-3 ? { stop: 'good enough' } : undefined),
  onEpoch: epoch => {
    epochs.push(epoch)
    return undefined
  },
}
const onlooker: Callback = { onStart: (): Answer => undefined, onStep: async () => {}, onEpoch: () => {} }
const size: ImageSize = { height: 50, width: 50 }
const loss: LossName = 'mse'
const kind: ModelKind = 'ae'
const options: TrainOptions = { model: kind, epochs: 1, size, loss, data: null }
const monitor: Monitor = 'mse'
const control: ControlOptions = { saveEvery: '10ep', maxTime: '2h', patience: 20, minDelta: 1e-4, monitor }
const signal = AbortSignal.timeout(1000)
const run: RunOptions = { ...options, ...control, out: 'runs/mine', callbacks: [callback, onlooker], signal }
const hooks: RunHooks = { onData: (done, total) => done / total }

const states: TrainerState[] = []
const keep: Callback = {
  onStart: (snapshot: () => Snapshot) => {
    states.push(snapshot().state)
    return undefined
  },
}
const restOf = ({ epoch, step }: Place) => [epoch, step]

export const resumed = () => train({ resume: 'runs/mine', epochs: 2, callbacks: [keep] })

export async function main(): Promise<readonly number[]> {
  const outcome: RunOutcome = await train(run, hooks)
  const model: TrainedModel = outcome.model
  const spec: ModelSpec = model.spec
  const config: TrainConfig = outcome.config
  if (!outcome.summary) return restOf(outcome.place)
  const summary: TrainSummary = outcome.summary
  const loadOptions: LoadOptions = { threads: 2 }
  const loaded: LoadedModel = await load(outcome.folder ?? model, loadOptions)
  const latents: Latents = await loaded.encode(new Float32Array(config.height * config.width * 3))
  const images: Float32Array = await loaded.decode(latents.mean)
  await loaded.reconstruct(new Uint8Array(images.length))
  await loaded.close()
  const source: ModelSource = { model: 'runs/mine' }
  const evaluateOptions: EvaluateOptions = { ...source, limit: 10 }
  const evaluateHooks: EvaluateHooks = { onData: () => undefined }
  const report: QualityReport = await evaluate(evaluateOptions, evaluateHooks)
  const published: PublishedQuality | null = report.report
  const quality: Quality = summary
  return [spec.kernel, quality.psnr, published?.psnr ?? 0, epochs.length]
}

export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof EyesWasmError ? error.code : undefined
}

export const about: string = `${version} ${backendName}`

// @ts-expect-error: a misspelt option is a mistake
export const misspelt: TrainOptions = { epohcs: 1 }
// @ts-expect-error: the backend has one name
export const other: 'wasm' = backendName

export async function inPage(): Promise<Uint8Array> {
  const data: Images = generateEyes({ count: 8 })
  const onEpoch = async (epoch: EpochRecord, view: View) => {
    const pictures: Float32Array = await view.reconstruct([0])
    return pictures.length > 0 && epoch.loss < 0.01 ? { stop: 'good enough' } : undefined
  }
  const pageOptions: WebTrainOptions = { data, epochs: 1, threads: 2, onEpoch, onStep: () => undefined, signal }
  const outcome: WebOutcome = await trainInPage(pageOptions)
  return safetensors(outcome.model)
}
