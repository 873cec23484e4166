// Data that every thread reads without a copy: arrays over shared memory with a shape, and what is checked of them. A worker makes tensors of their
// rows (examples.ts).
import { inputError } from '../errors.js'
import type { SharedData, SharedTensor } from './types.js'

type Values = SharedTensor['values']

const typeOf = (values: Values): SharedTensor['dtype'] => (values instanceof Float32Array ? 'float32' : 'int32')

const text = (shape: readonly number[]) => `[${shape.join(', ')}]`

/** The values over a SharedArrayBuffer: themselves where they are, or a copy. A Buffer of Node's becomes the Uint8Array that it is. */
function shared(values: Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const memory = new SharedArrayBuffer(values.byteLength)
  const copy =
    values instanceof Float32Array
      ? new Float32Array(memory)
      : values instanceof Int32Array
        ? new Int32Array(memory)
        : new Uint8Array(memory)
  copy.set(values)
  return copy
}

/** What a value is, for messages. */
const kindOf = (value: unknown) =>
  ArrayBuffer.isView(value) || Array.isArray(value) ? `of ${value.constructor.name}` : String(value)

/**
 * An array for `data`: Float32Array becomes a float32 tensor, Int32Array and Uint8Array an int32 one. Copied into shared memory unless it lies there.
 * @param shape [length, ...]: as many rows as examples
 * @param options its `dtype` left out: as the array says; an array of integers may be asked for as float32
 * @throws INPUT where the shape is not the array's, or there is no example
 */
export function sharedArray(
  values: Values,
  shape: readonly number[] = [values.length],
  { dtype }: { readonly dtype?: SharedTensor['dtype'] } = {},
): SharedTensor {
  if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array))
    throw inputError(`sharedArray: values are ${kindOf(values)}, wanted a Float32Array, Int32Array or Uint8Array.`)
  if (!shape.every(side => Number.isSafeInteger(side) && side >= 0))
    throw inputError(`sharedArray: shape is ${text(shape)}, wanted whole numbers, the number of examples first.`)
  const size = shape.reduce((product, side) => product * side, 1)
  if (shape.length === 0 || size !== values.length)
    throw inputError(
      `sharedArray: ${values.length} values do not fill ${text(shape)}, which has ${size}. Check the shape.`,
    )
  if (size === 0) throw inputError(`sharedArray: ${text(shape)} is empty, wanted at least one example.`)
  if (dtype !== undefined && !['float32', 'int32'].includes(dtype))
    throw inputError(`sharedArray: dtype is ${dtype as string}, wanted float32 or int32.`)
  if (dtype === 'int32' && values instanceof Float32Array)
    throw inputError('sharedArray: dtype is int32 of a Float32Array. Make an Int32Array of it first.')
  return { values: shared(values), shape: [...shape], dtype: dtype ?? typeOf(values) }
}

/** Examples of checked data. */
export const lengthOf = (data: SharedData): number => Object.values(data)[0]!.shape[0]!

/** Examples of the data. @throws INPUT where it is none, or its arrays have different lengths; `who`: `data` */
export function checkData(data: SharedData | undefined, who: string): number {
  const entries = Object.entries(data ?? {})
  if (entries.length === 0) throw inputError(`${who}: is empty, wanted arrays by name, for example { x, y }.`)
  for (const [name, tensor] of entries as [string, Partial<SharedTensor> | null][])
    if (!(tensor?.values?.buffer instanceof SharedArrayBuffer) || !Array.isArray(tensor.shape))
      throw inputError(`${who}: ${name} is no shared array. Make one by sharedArray(values, shape).`)
  const [[firstName, first], ...others] = entries as [[string, SharedTensor], ...[string, SharedTensor][]]
  const length = first.shape[0]!
  const odd = others.find(([, { shape }]) => shape[0] !== length)
  if (odd)
    throw inputError(
      `${who}: ${firstName} has ${length} examples, ${odd[0]} has ${odd[1].shape[0]}. Give each array a row for every example.`,
    )
  return length
}

/** @throws INPUT where other data than that trained on has other names, row shapes or types */
export function checkSameKind(data: SharedData, trained: SharedData, who: string): void {
  const kind = (all: SharedData) =>
    Object.entries(all)
      .map(([name, { shape, dtype }]) => `${name} ${dtype} ${text(['n', ...shape.slice(1)] as unknown as number[])}`)
      .toSorted()
      .join(', ')
  if (kind(data) === kind(trained)) return
  throw inputError(`${who}: holds ${kind(data)}, the trainer's data ${kind(trained)}. Give it the same arrays.`)
}
