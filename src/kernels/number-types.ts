// The kernels of tfjs-backend-wasm for every type of numbers. Many of them read int32 and bool as float32, or print a line and leave their
// result as they found it (bool has one byte a value: float32 results are written beyond its end). Here their inputs are cast to a type that
// they know, and the result to the type that tfjs's cpu backend gives. Not here: complex64 and strings (value-types.ts).
import { type DataType, type KernelConfig, type TensorInfo, upcastType } from '@tensorflow/tfjs-core'
import type { Compute } from './backend.js'
import { castTo, replaced } from './Cast.js'
import { integerArithmetic } from './integers.js'
import { ofNothing } from './no-values.js'
import { wasmKernels } from './registrations.js'

/** What a kernel knows: float32 alone or int32 as well; and whether its result is to be of its first input's type, or of its own. */
interface Known {
  readonly integers: boolean
  readonly isCastBack: boolean
}

const each = (names: string, known: Known) =>
  names
    .trim()
    .split(/\s+/)
    .map(name => [name, known] as const)

const known: ReadonlyMap<string, Known> = new Map([
  ...each(
    `Acos Acosh Asin Asinh Atan Atan2 Atanh Ceil Cos Cosh Elu Erf Floor Log Log1p Reciprocal Rsqrt Selu Sigmoid Sin Sinh Softplus Sqrt
    Tan Tanh`,
    { integers: false, isCastBack: true },
  ),
  ...each('EluGrad Exp Expm1 IsFinite IsInf IsNan Softmax', { integers: false, isCastBack: false }),
  ...each(
    `Abs Add Maximum Minimum Mod Multiply Neg Pow RealDiv Relu Relu6 Round Sign Square SquaredDifference Step Sub`,
    { integers: true, isCastBack: true },
  ),
  ...each('FloorDiv LeakyRelu Sum', { integers: true, isCastBack: false }),
])

/** The type that all inputs of a kernel are to have, or undefined where they have it: the usual case, for which no arrays are made. */
function wantedType(inputs: Record<string, TensorInfo>, { integers }: Known): DataType | undefined {
  let common: DataType = integers ? 'int32' : 'float32'
  let isMixed = false
  for (const name in inputs) common = upcastType(common, inputs[name]!.dtype)
  for (const name in inputs) isMixed ||= inputs[name]!.dtype !== common
  return isMixed ? common : undefined
}

/** The kernel on inputs of one type, which it knows. */
function onKnownTypes(compute: Compute, rule: Known): Compute {
  return call => {
    const { inputs, backend } = call
    const to = wantedType(inputs, rule)
    if (to === undefined) return compute(call)
    const cast = Object.entries(inputs).map(([name, tensor]) => [name, castTo(backend, tensor, to)] as const)
    const y = compute({ ...call, inputs: Object.fromEntries(cast) })
    for (const [, { dataId }] of cast) backend.disposeData(dataId)
    if (!rule.isCastBack) return y
    const { dtype } = Object.values(inputs)[0]!
    // As on cpu, a fraction is cut off first: 0.5 is no true.
    const whole = dtype === 'bool' && y.dtype === 'float32' ? replaced(backend, y, 'int32') : y
    return replaced(backend, whole, dtype)
  }
}

function withNumbers(config: KernelConfig): KernelConfig {
  const { kernelName: name } = config
  const integers = integerArithmetic(name, config.kernelFunc as unknown as Compute)
  const rule = known.get(name)
  const compute = ofNothing(name, rule ? onKnownTypes(integers, rule) : integers)
  return { ...config, kernelFunc: compute as unknown as KernelConfig['kernelFunc'] }
}

const made = new Map<string, KernelConfig>()

/** A kernel of tfjs-backend-wasm 4.22.0 for all types of numbers, and for tensors without values. */
export function numberKernel(name: string): KernelConfig {
  let config = made.get(name)
  if (!config) made.set(name, (config = withNumbers(wasmKernels.get(name)!)))
  return config
}
