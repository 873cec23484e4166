// The error that ends a training whose numbers are not finite any more: what, where and in which images, in words. What is looked for, and
// how, is imaging/non-finite.ts.
import { EyesWasmError } from '../errors.js'
import type { ImageExecutor, ImageStep } from '../imaging/executor.js'
import type { NonFinite } from '../imaging/non-finite.js'
import { listed } from '../parallel/faults.js'

export interface BadStep {
  readonly step: ImageStep
  /** e.g. `epoch 3, step 2` */
  readonly where: string
  readonly loss: number
  readonly lr: number
  /** What to say when nobody can tell more. */
  readonly otherwise: Pick<NonFinite, 'what' | 'afterUpdate'>
}

function subject({ what, layer }: Pick<NonFinite, 'what' | 'layer'>, loss: number): string {
  if (layer === 'latent') return 'the drawn latent is not finite'
  if (what === 'loss') return `the loss is ${loss}`
  if (what === 'pixels') return 'pixels are not finite'
  const of = layer === undefined ? '' : ` of ${layer}`
  return `${what}${of} ${what === 'weights' ? 'are' : 'is'} not finite`
}

/** Looks for the first value that is not finite. Parameters and moments are those of the last good step before and after. */
export async function nonFiniteError(
  executor: ImageExecutor,
  { step, where, loss, lr, otherwise }: BadStep,
): Promise<EyesWasmError> {
  // The search is for the message alone: where it fails there is less to say.
  const found = await executor.diagnose(step).catch(() => undefined)
  const { what, layer, ids = [], afterUpdate }: Partial<NonFinite> = found ?? otherwise
  const images = ids.length > 0 ? ids : executor.order.subarray(step.from, step.to)
  const cure =
    what === 'pixels' ? 'Mend those images, or leave them out.' : `Lower --lr (it is ${lr}), and look at those images.`
  return new EyesWasmError(
    'NON_FINITE',
    `training: ${subject({ what: what, ...(layer !== undefined && { layer }) }, loss)} ${afterUpdate ? 'after the update of' : 'in'} ` +
      `${where} (images ${listed(images)}). ${cure}`,
  )
}
