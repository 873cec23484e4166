// tfjs-backend-wasm's kernels for every type of numbers. Many of them read int32 and bool as float32, or print a line and leave their result as
// they found it (bool has one byte a value: float32 results are written beyond its end). Here their inputs are cast to a type that they know,
// and the result to the type that tfjs's cpu backend gives. Every call of a kernel of theirs passes here: types, then no-values.ts and integers.ts.
// Not here: complex64 and strings (value-types.ts), and what single kernels get wrong of values, axes and indices (corrections.ts).
import { type DataType, type KernelConfig, type TensorInfo, upcastType } from '@tensorflow/tfjs-core'
import type { Compute, EyesWasmBackend } from './backend.js'
import { castTo, replaced } from './Cast.js'
import { integerArithmetic } from './integers.js'
import { ofNothing } from './no-values.js'
import { wasmKernels } from './registrations.js'

/** What a kernel knows, and what its result is to be. */
interface Known {
  /** int32 as well, not float32 alone. */
  readonly integers: boolean
  /** The type of the result: that of the first input, what the inputs have in common, or the kernel's own. */
  readonly result: 'first' | 'common' | 'own'
  /** The inputs that this is about, where not all are: the others are no numbers to compute with. */
  readonly inputs?: readonly string[]
  /** Which result it is, of several. */
  readonly place?: number
}

const each = (names: string, known: Known) =>
  names
    .trim()
    .split(/\s+/)
    .map(name => [name, known] as const)

const known: ReadonlyMap<string, Known> = new Map([
  ...each(
    `Acos Acosh Asin Asinh Atan Atan2 Atanh Ceil Cos Cosh DepthToSpace Elu Erf Expm1 Floor Log Log1p Reciprocal Rsqrt Selu Sigmoid Sin Sinh
    Softplus Sqrt Tan Tanh`,
    { integers: false, result: 'first' },
  ),
  ...each('EluGrad Exp IsFinite IsInf IsNan Softmax', { integers: false, result: 'own' }),
  ...each(
    `Abs Add FlipLeftRight Maximum Minimum Mod Multiply Neg Pow RealDiv Relu Relu6 Round Sign Square SquaredDifference Step Sub TopK`,
    { integers: true, result: 'first' },
  ),
  ...each('Cumprod Cumsum FloorDiv LeakyRelu SearchSorted Sum', { integers: true, result: 'own' }),
  ...each('Bincount DenseBincount', { integers: true, result: 'first', inputs: ['weights'] }),
  ...each('SparseSegmentMean SparseSegmentSum', { integers: true, result: 'first', inputs: ['data'] }),
  ['Select', { integers: true, result: 'common', inputs: ['t', 'e'] }],
  ['SparseFillEmptyRows', { integers: true, result: 'first', inputs: ['values', 'defaultValue'], place: 1 }],
])

/** The type that all inputs can become. Called for every kernel: no arrays are made. */
function commonType(inputs: Record<string, TensorInfo>, rule: Known): DataType {
  let common: DataType = 'bool'
  for (const name in inputs) {
    if (rule.inputs && !rule.inputs.includes(name)) continue
    const { dtype } = inputs[name]!
    if (dtype === 'string') return dtype
    common = upcastType(common, dtype)
  }
  return common
}

function areAll(dtype: DataType, inputs: Record<string, TensorInfo>, rule: Known): boolean {
  for (const name in inputs)
    if (inputs[name]!.dtype !== dtype && (!rule.inputs || rule.inputs.includes(name))) return false
  return true
}

/** y as another type; it is disposed of. As on cpu, a fraction is cut off first: 0.5 is no true. */
function asType(backend: EyesWasmBackend, y: TensorInfo, dtype: DataType): TensorInfo {
  const whole = dtype === 'bool' && y.dtype === 'float32' ? replaced(backend, y, 'int32') : y
  return replaced(backend, whole, dtype)
}

/** The kernel on inputs of one type, which it knows. */
function onKnownTypes(compute: Compute, rule: Known): Compute {
  return call => {
    const { inputs, backend } = call
    const common = commonType(inputs, rule)
    if (common === 'string') return compute(call)
    const wanted = upcastType(common, rule.integers ? 'int32' : 'float32')
    if (areAll(wanted, inputs, rule)) return compute(call)
    const names = rule.inputs ?? Object.keys(inputs)
    const cast = names.map(name => [name, castTo(backend, inputs[name]!, wanted)] as const)
    const y = compute({ ...call, inputs: { ...inputs, ...Object.fromEntries(cast) } })
    for (const [, { dataId }] of cast) backend.disposeData(dataId)
    if (rule.result === 'own') return y
    const dtype = rule.result === 'common' ? common : inputs[names[0]!]!.dtype
    if (!Array.isArray(y)) return asType(backend, y, dtype)
    const place = rule.place ?? 0
    return y.with(place, asType(backend, y[place]!, dtype))
  }
}

function withNumbers(config: KernelConfig): KernelConfig {
  const { kernelName: name } = config
  const numbers = ofNothing(name, integerArithmetic(name, config.kernelFunc as unknown as Compute))
  const rule = known.get(name)
  const compute = rule ? onKnownTypes(numbers, rule) : numbers
  return { ...config, kernelFunc: compute as unknown as KernelConfig['kernelFunc'] }
}

const made = new Map<string, KernelConfig>()

/** A kernel of tfjs-backend-wasm 4.22.0 for all types of numbers, and for tensors without values. */
export function numberKernel(name: string): KernelConfig {
  let config = made.get(name)
  if (!config) made.set(name, (config = withNumbers(wasmKernels.get(name)!)))
  return config
}
