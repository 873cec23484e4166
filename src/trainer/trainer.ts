// ParallelTrainer: a user's tfjs model trained on all cores. The class holds what outlives a fit, the variables; the work is the engine's, and the main
// thread needs no tfjs. docs/parallel-trainer.md has the contract.
import { EyesWasmError, inputError } from '../errors.js'
import { serializeSafetensors, type NamedTensor } from '../formats/safetensors.js'
import type { Executor } from '../parallel/executor.js'
import type { TrainingIdentity } from './checkpoint.js'
import { mostAtOnce } from './cost.js'
import { cutOf, describe, type Model, modelOf, openModel } from './engine.js'
import { type Fit, initialState, measured, othersOf, runFit, splitOf, type FitState } from './fit.js'
import { kernelsSha256, openSaver, sha256Of, writeFileWhole } from './host.js'
import { checkFit, checkMeasure, checkOther, checkTrainer, type Checked, settingsText } from './options.js'
import { type DataUrl, isDataUrl, sizeOf } from './protocol.js'
import { openTurns } from './turns.js'
import type {
  MeasureOptions,
  FitOptions,
  FitResult,
  Measured,
  SharedData,
  TrainerOptions,
  VariableValues,
} from './types.js'

/** The vectors that training changes. */
interface Vectors {
  readonly parameters: Float32Array
  readonly state: Float32Array
  readonly average: Float32Array | null
}

/**
 * Trains a module's loss over worker threads: the same bits for every number of them.
 *
 * @example
 * ```js
 * import { adam, ParallelTrainer, progress, sharedArray } from 'eyes-wasm'
 *
 * const trainer = new ParallelTrainer({
 *   model: new URL('./my-model.js', import.meta.url), // exports loss(tf, { x, y }, context)
 *   data: { x: sharedArray(pixels, [count, 8, 8, 1]), y: sharedArray(labels) },
 *   optimizer: adam({ lr: 1e-3 }),
 * })
 * const { history } = await trainer.fit({ epochs: 5, batch: 32, callbacks: [progress()] })
 * await trainer.save('weights.safetensors')
 * await trainer.close()
 * ```
 */
export class ParallelTrainer {
  readonly #options: Checked
  #model: Promise<Model> | null = null
  #executor: { readonly opened: Executor; readonly batch: number; readonly other: DataUrl | null } | null = null
  /** The variables while no threads are open. */
  #kept: Vectors | null = null
  #isClosed = false
  #end: Promise<void> | null = null
  readonly #turns = openTurns()

  /** Nothing is started yet: the first call does. @throws INPUT for an option that is none */
  constructor(options: TrainerOptions) {
    this.#options = checkTrainer(options)
  }

  /**
   * Trains. The weights go on from where they are; the optimiser begins anew, unless it is resumed.
   * @throws INPUT for an option, or within a callback of `fit`; MODEL for the module's doing, NON_FINITE, WORKER, STORAGE
   */
  async fit(options: FitOptions): Promise<FitResult> {
    const other = checkFit(options, this.#options.source)
    if (this.#turns.isWithin())
      throw inputError(
        "fit: is called within a callback of this trainer's fit, which waits for it. Answer { stop: 'why' }, and call it when that one has ended.",
      )
    return this.#inTurn(() => {
      if (this.#isClosed) throw closedError()
      return this.#fit(options, other)
    })
  }

  /**
   * Mean loss over the trainer's data, over other arrays or another data module, or over `indices` of them, with `training: false`.
   * @throws INPUT for an option, MODEL for the module's doing, WORKER
   */
  async evaluate(options: MeasureOptions = {}): Promise<Measured> {
    const { data, indices } = checkMeasure(options)
    const isWithin = this.#turns.isWithin()
    const other = data === undefined ? null : checkOther(data, this.#options.source, 'evaluate: data')
    return this.#inTurn(async () => {
      if (isWithin && isDataUrl(other) && this.#executor?.other?.url !== other.url)
        throw inputError(
          `evaluate: data is ${other.name}, which the threads of the fit under way do not have. Give it to fit as validation.data, or measure after it.`,
        )
      const executor = await this.#open(0, isDataUrl(other) ? other : undefined)
      const { exampleCount } = (await this.#load()).description
      const { length, settings } = (await othersOf(executor, other)) ?? { length: exampleCount, settings: {} }
      const bad = indices?.findIndex(id => !Number.isSafeInteger(id) || id < 0 || id >= length) ?? -1
      if (bad !== -1 || indices?.length === 0)
        throw inputError(
          `evaluate: indices hold ${bad === -1 ? 'nothing' : String(indices![bad])}, wanted numbers from 0 to ${length - 1}.`,
        )
      const ids = indices ?? Array.from({ length }, (_, id) => id)
      const { seed } = this.#options
      return measured(await executor.loss(ids, { seed, settings, averaged: executor.average !== null }))
    })
  }

  /** The model's variables by name, as copies: the weights' average where `ema` keeps one. */
  variables(): Promise<Map<string, VariableValues>> {
    return this.#inTurn(() => this.#variables())
  }

  /** Writes the variables as safetensors under their names. @throws STORAGE */
  save(path: string): Promise<void> {
    return this.#inTurn(async () => {
      const tensors: NamedTensor[] = [...(await this.#variables())].map(([name, { shape, values }]) => ({
        ...{ name, dtype: 'F32', shape, data: values },
      }))
      await writeFileWhole(path, serializeSafetensors(tensors, { format: 'eyes-wasm variables' }))
    })
  }

  /**
   * Ends the worker threads; the trainer cannot be used afterwards. A `fit` under way ends after its step, as by its signal; other calls are waited for. Within a
   * callback of `fit` it does not wait: the threads end when that has.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#end ??= this.#turns.settled().then(async () => {
      await this.#drop()
      this.#kept = null
    })
    if (!this.#turns.isWithin()) return this.#end
    this.#end.catch(() => undefined)
  }

  /** One call after the other: the workers see one set of variables. Those of a call that failed may be of no use any more. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#turns.isWithin()) return this.#turns.take(work)
    if (this.#isClosed) return Promise.reject(closedError())
    return this.#turns.take(async () => {
      try {
        return await work()
      } catch (error) {
        // Why it failed is told, whatever comes of the threads' end.
        if (!(error instanceof EyesWasmError) || error.code === 'WORKER') await this.#drop().catch(() => undefined)
        throw error
      }
    })
  }

  /** Ends the threads; the next call that needs some starts others, with the same variables. */
  async #drop(): Promise<void> {
    this.#kept = this.#vectors()
    const executor = this.#executor
    this.#executor = null
    await executor?.opened.close()
  }

  /** What the modules are, asked of a worker once. */
  #load(): Promise<Model> {
    return (this.#model ??= this.#describe().catch((error: unknown) => {
      // The next call asks again.
      this.#model = null
      throw error
    }))
  }

  async #describe(): Promise<Model> {
    const { source, onNotice } = this.#options
    const description = await describe(source, onNotice)
    if (description.unused.length > 0)
      onNotice?.(
        `${source.modelName}: the loss does not depend on ${description.unused.join(', ')}, whose gradient is taken as 0.`,
      )
    return modelOf(description)
  }

  /** The threads, for batches of at least `batch` examples; 0: for measuring. With `other`: on that data module's examples too. */
  async #open(batch: number, other: DataUrl | null = this.#executor?.other ?? null): Promise<Executor> {
    const model = await this.#load()
    const { exampleCount } = model.description
    const wanted = Math.max(Math.min(batch, exampleCount), this.#executor?.batch ?? 0)
    if (this.#executor?.batch === wanted && this.#executor.other?.url === other?.url) return this.#executor.opened
    await this.#drop()
    const kept = this.#kept ?? { ...model.first, average: null }
    const { threads, ema, microBatch, onNotice, source } = this.#options
    const average = ema > 0
    const options = { batch: wanted, threads, average, microBatch, other, onFault: onNotice }
    const opened = await openModel(source, model, options)
    this.#executor = { opened, batch: wanted, other }
    opened.parameters.set(kept.parameters)
    opened.state.set(kept.state)
    opened.average?.set(kept.average ?? kept.parameters)
    opened.parametersChanged()
    return opened
  }

  /** Copies of what training has changed; null before anything was opened. */
  #vectors(): Vectors | null {
    if (!this.#executor) return this.#kept
    const { parameters, state, average } = this.#executor.opened
    return { parameters: parameters.slice(), state: state.slice(), average: average?.slice() ?? null }
  }

  async #variables(): Promise<Map<string, VariableValues>> {
    const { description, first } = await this.#load()
    const { parameters, state, average } = this.#vectors() ?? { ...first, average: null }
    const vectors = { trainable: average ?? parameters, state, constant: first.constants }
    const ends = { trainable: 0, state: 0, constant: 0 }
    const entries = description.variables.map(({ name, shape, role }) => {
      const from = ends[role]
      ends[role] += sizeOf(shape)
      const values = Float32Array.from(vectors[role].subarray(from, ends[role]))
      const variable: VariableValues = { shape: [...shape], values, trainable: role === 'trainable' }
      return [name, variable] as const
    })
    return new Map(entries)
  }

  async #fit(options: FitOptions, other: SharedData | DataUrl | null): Promise<FitResult> {
    const model = await this.#load()
    const { exampleCount } = model.description
    const { training } = splitOf(options, exampleCount, this.#options.seed)
    if (training.length === 0) throw inputError('fit: validation.share leaves nothing to train on.')
    const { optimizer, clipNorm, ema, seed, onNotice } = this.#options
    const { checkpoint } = options
    const saver = checkpoint === undefined ? null : openSaver(checkpoint, await this.#identity(options), onNotice)
    await saver?.lock()
    try {
      // First, so that a fit that is refused changes nothing.
      const found = options.resume ? await saver?.find() : await saver?.checkVacant()
      const executor = await this.#open(Math.min(options.batch, training.length), isDataUrl(other) ? other : undefined)
      const others = await othersOf(executor, other)
      const state = saver && found ? await saver.restore(executor, found) : beginAnew(executor)
      executor.parametersChanged()
      const rule = { optimizer: optimizer.rule, clipNorm, decay: ema }
      const after = saver ? [saver.callback(executor, state, options.saveEvery ?? 1)] : []
      const microBatch = mostAtOnce(cutOf(model, this.#options.microBatch), Math.min(options.batch, training.length))
      const fit: Fit = {
        ...{ executor, state, options, optimizer, rule, seed, microBatch, exampleCount, others, after },
        isClosing: () => this.#isClosed,
        during: callbacks => this.#turns.during(callbacks),
      }
      const end = await runFit(fit)
      await saver?.save(executor, state)
      return { history: [...state.history], ...(end && { stopped: end.stop }) }
    } finally {
      await saver?.release()
    }
  }

  /** All that a resumed training has to have in common with the one that was stopped. */
  async #identity(options: FitOptions): Promise<TrainingIdentity> {
    const { source, optimizer, seed, settings, clipNorm, ema, microBatch } = this.#options
    const model = await this.#load()
    const { variables, exampleCount } = model.description
    const { data } = source
    const { training } = splitOf(options, exampleCount, seed)
    const cut = cutOf(model, microBatch)
    const largest = Math.min(options.batch, training.length)
    const { validation } = options
    return {
      model: await sha256Of(source.model),
      data: typeof data === 'string' ? await sha256Of(data) : shapesOf(data),
      examples: exampleCount,
      variables: JSON.stringify(variables),
      optimizer: JSON.stringify(optimizer.rule),
      lr: String(optimizer.lr),
      seed,
      settings: settingsText(settings),
      batch: options.batch,
      shuffle: options.shuffle ?? true,
      clipNorm,
      ema,
      validation: validation && 'share' in validation ? validation.share : 0,
      cut: `${cut.count(largest)} micro-batches, ${cut.tapeExamples} at once`,
      kernels: await kernelsSha256(),
    }
  }
}

/** The weights stay, the optimiser and the weights' average begin. */
function beginAnew({ parameters, firstMoment, secondMoment, average }: Executor): FitState {
  for (const moment of [firstMoment, secondMoment]) moment.fill(0)
  average?.set(parameters)
  return initialState()
}

const closedError = () => inputError('trainer: is closed. Make a new one.')

const shapesOf = (data: SharedData) =>
  Object.entries(data)
    .map(([name, { shape, dtype }]) => `${name} ${dtype} [${shape.join(', ')}]`)
    .join(', ')
