// complex64 and strings for kernels that compute with numbers alone. A kernel that only moves values, or is linear, is run on the real parts
// and then on the imaginary ones; one that moves or compares strings is run on int32 codes that sort as the strings do. Any other is refused
// by name: tfjs-backend-wasm's kernels would take the missing address for 0. Which kernel takes what stands in the lists below.
import { backend_util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core'
import type { EyesWasmBackend } from './backend.js'
import { castTo } from './Cast.js'
import { copyOf } from './Complex.js'

type Outputs = TensorInfo | TensorInfo[]
type Attrs = Record<string, unknown> | undefined

/** What a rule gets: a kernel's call, and its arithmetic, which takes tensors of numbers. */
interface Call {
  readonly inputs: NamedTensorInfoMap
  readonly attrs: Attrs
  readonly backend: EyesWasmBackend
  readonly compute: (inputs: NamedTensorInfoMap, attrs: Attrs) => Outputs
}
type Rule = (call: Call) => Outputs

const words = (list: string) => new Set(list.trim().split(/\s+/))

/** Kernels that pass a tensor's memory on under another name. */
const anyType = words('ExpandDims Identity Reshape')
/** Kernels that know the type themselves. */
const knowsComplex = words('Cast Complex ComplexAbs FFT IFFT Imag Real')
const knowsStrings = words(`Concat Fill Pack RaggedGather RaggedTensorToTensor SparseFillEmptyRows StaticRegexReplace
  StringNGrams StringSplit StringToHashBucketFast`)
/** f(re + i im) = f(re) + i f(im). */
const linear =
  words(`Add AddN BatchToSpaceND Concat DepthToSpace GatherNd GatherV2 Mean MirrorPad Neg Pack PadV2 Reverse Select Slice
  SpaceToBatchND SplitV StridedSlice Sub Sum Tile Transpose Unpack ZerosLike`)
/** Results are of the inputs' strings. */
const movesStrings =
  words(`BatchToSpaceND GatherNd GatherV2 MirrorPad Reverse Select Slice SpaceToBatchND SparseToDense SplitV StridedSlice
  TensorScatterUpdate Tile Transpose Unique Unpack`)
/** Results are of the kernel's own type. */
const comparesStrings = words('Equal Greater GreaterEqual Less LessEqual NotEqual')

/** Which of complex64 and string a kernel takes; the table in docs/backend.md names them. */
export function otherTypesOf(kernelName: string): string[] {
  if (anyType.has(kernelName)) return ['complex64', 'string']
  return [...(complexRule(kernelName) ? ['complex64'] : []), ...(stringRule(kernelName) ? ['string'] : [])]
}

/** The tensors of an input map, some of which are lists. */
const tensorsOf = (inputs: NamedTensorInfoMap): TensorInfo[] => Object.values(inputs as Record<string, Outputs>).flat()

/** The same map with `change` applied to each tensor. */
function changed(
  inputs: NamedTensorInfoMap,
  change: (tensor: TensorInfo, name: string) => TensorInfo,
): NamedTensorInfoMap {
  if (Array.isArray(inputs))
    return (inputs as TensorInfo[]).map(one => change(one, '')) as unknown as NamedTensorInfoMap
  return Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor && change(tensor, name)]))
}

/** A kernel with complex64 and strings as the lists say. */
export function withAllTypes(config: KernelConfig): KernelConfig {
  const { kernelName, kernelFunc } = config
  if (anyType.has(kernelName)) return config
  const arithmetic = kernelFunc as unknown as (call: Omit<Call, 'compute'>) => Outputs
  const compute = (call: Omit<Call, 'compute'>): Outputs => {
    const other = otherType(call.inputs)
    if (other === undefined) return arithmetic(call)
    const rule = other === 'complex64' ? complexRule(kernelName) : stringRule(kernelName)
    if (!rule) throw new Error(`${kernelName}: found a tensor of ${other}, wanted numbers (backend eyes-wasm)`)
    return rule({ ...call, compute: (numbers, attrs) => arithmetic({ inputs: numbers, attrs, backend: call.backend }) })
  }
  const run = (call: Omit<Call, 'compute'>) => call.backend.attempt(compute, call)
  return { ...config, kernelFunc: run as unknown as KernelConfig['kernelFunc'] }
}

/** The first type of an input that kernels of numbers cannot read. Called for every kernel: no arrays are made. */
function otherType(inputs: NamedTensorInfoMap): 'complex64' | 'string' | undefined {
  for (const name in inputs) {
    const dtype = inputs[name]?.dtype // a list has none: those of ragged kernels, which take strings themselves
    if (dtype === 'complex64' || dtype === 'string') return dtype
  }
  return undefined
}

const asItIs: Rule = ({ compute, inputs, attrs }) => compute(inputs, attrs)

function complexRule(kernelName: string): Rule | undefined {
  if (knowsComplex.has(kernelName)) return asItIs
  if (kernelName === 'Multiply') return multiply
  if (kernelName === 'OnesLike') return ones
  return linear.has(kernelName) ? byParts : undefined
}

function stringRule(kernelName: string): Rule | undefined {
  if (knowsStrings.has(kernelName)) return asItIs
  if (kernelName === 'Unique') return onCodes(sortedCodes, firstIsStrings)
  if (movesStrings.has(kernelName)) return onCodes(namingCodes, areStrings)
  return comparesStrings.has(kernelName) ? onCodes(sortedCodes, areNumbers) : undefined
}

// ---- complex64

/** Inputs that are no numbers to compute with. Real ones beside complex ones become complex. */
const notNumbers = words('condition indices')

function byParts({ backend, compute, inputs, attrs }: Call): Outputs {
  const temporary: TensorInfo[] = []
  const part = (name: 'real' | 'imag') => (tensor: TensorInfo, input: string) => {
    if (tensor.dtype === 'complex64') return backend.parts(tensor)[name]
    if (notNumbers.has(input)) return tensor
    const numbers = name === 'real' ? castTo(backend, tensor, 'float32') : zeros(backend, tensor.shape)
    temporary.push(numbers)
    return numbers
  }
  const real = compute(changed(inputs, part('real')), attrs)
  const imag = compute(
    changed(inputs, part('imag')),
    attrs && 'constantValue' in attrs ? { ...attrs, constantValue: 0 } : attrs,
  )
  for (const { dataId } of temporary) backend.disposeData(dataId)
  if (!Array.isArray(real)) return join(backend, real, imag as TensorInfo)
  return real.map((one, i) => join(backend, one, (imag as TensorInfo[])[i]!))
}

function zeros(backend: EyesWasmBackend, shape: readonly number[]): TensorInfo {
  const tensor = backend.output(shape)
  backend.floats(tensor).fill(0)
  return tensor
}

/** A kernel may answer with its input's memory under another shape: parts must be a tensor's own. */
function join(backend: EyesWasmBackend, ...parts: [TensorInfo, TensorInfo]): TensorInfo {
  const [real, imag] = parts.map(part => {
    if (backend.refCount(part.dataId) === 1) return part
    const copy = copyOf(backend, part)
    backend.disposeData(part.dataId)
    return copy
  }) as [TensorInfo, TensorInfo]
  return backend.complex(real, imag)
}

/** (a + bi)(c + di) = (ac - bd) + (ad + bc) i, with the kernel's own broadcasting; float32, in JavaScript on views of our memory. */
function multiply({ backend, compute, inputs, attrs }: Call): TensorInfo {
  const { a: x, b: y } = inputs as Record<'a' | 'b', TensorInfo>
  backend_util.assertAndGetBroadcastShape(x.shape, y.shape) // before anything is held
  const [z, w] = [castTo(backend, x, 'complex64'), castTo(backend, y, 'complex64')]
  const [p, q] = [backend.parts(z), backend.parts(w)]
  const product = (a: TensorInfo, b: TensorInfo) => compute({ a, b }, attrs) as TensorInfo
  const [ac, bd] = [product(p.real, q.real), product(p.imag, q.imag)]
  const [ad, bc] = [product(p.real, q.imag), product(p.imag, q.real)]
  const [re, minus, im, plus] = [ac, bd, ad, bc].map(one => backend.floats(one)) as FourArrays
  for (let i = 0; i < re.length; i++) {
    re[i]! -= minus[i]!
    im[i]! += plus[i]!
  }
  for (const { dataId } of [bd, bc, z, w]) backend.disposeData(dataId)
  return backend.complex(ac, ad)
}

type FourArrays = [Float32Array, Float32Array, Float32Array, Float32Array]

/** 1 + 0i. */
function ones({ backend, compute, inputs: { x }, attrs }: Call): TensorInfo {
  const { real, imag } = backend.parts(x!)
  const [one, zero] = [compute({ x: real }, attrs), compute({ x: imag }, attrs)] as [TensorInfo, TensorInfo]
  backend.floats(zero).fill(0)
  return backend.complex(one, zero)
}

// ---- strings

/** A tensor of strings in UTF-8. */
export function stringTensor(backend: EyesWasmBackend, shape: readonly number[], bytes: Uint8Array[]): TensorInfo {
  const tensor = backend.makeOutput([...shape], 'string')
  backend.dataIdMap.get(tensor.dataId).stringBytes = bytes
  return tensor
}

/** The strings of a tensor, in UTF-8. */
export const bytesOf = (backend: EyesWasmBackend, tensor: TensorInfo): Uint8Array[] =>
  backend.dataIdMap.get(tensor.dataId).stringBytes ?? []

/** An int32 code for each string of the tensors, and the string of each code. */
interface Codes {
  readonly codes: (tensor: TensorInfo) => Int32Array
  readonly table: readonly Uint8Array[]
}

/** Codes that are equal and sort as the strings do. */
function sortedCodes(backend: EyesWasmBackend, tensors: readonly TensorInfo[]): Codes {
  const decoded = new Map(
    tensors.map(tensor => [tensor, backend_util.fromUint8ToStringArray(bytesOf(backend, tensor))] as const),
  )
  const sorted = [...new Set([...decoded.values()].flat())].sort()
  const places = new Map(sorted.map((one, place) => [one, place]))
  return {
    codes: tensor => Int32Array.from(decoded.get(tensor)!, one => places.get(one)!),
    table: backend_util.fromStringArrayToUint8(sorted),
  }
}

/** A code of its own for each string, whatever its bytes are: they need not be UTF-8. */
function namingCodes(backend: EyesWasmBackend, tensors: readonly TensorInfo[]): Codes {
  const [table, starts] = [[] as Uint8Array[], new Map<TensorInfo, number>()]
  for (const tensor of tensors) {
    starts.set(tensor, table.length)
    for (const bytes of bytesOf(backend, tensor)) table.push(bytes)
  }
  return {
    codes: tensor => Int32Array.from(bytesOf(backend, tensor), (_, i) => starts.get(tensor)! + i),
    table,
  }
}

/** Runs a kernel on codes in place of strings; `results` turns codes back into strings. */
const onCodes =
  (codesOf: typeof namingCodes, results: Results): Rule =>
  ({ backend, compute, inputs, attrs }) => {
    const strings = tensorsOf(inputs).filter(tensor => tensor.dtype === 'string')
    const { codes, table } = codesOf(backend, strings)
    const coded = new Map(
      strings.map(tensor => [tensor, backend.makeOutput(tensor.shape, 'int32', undefined, codes(tensor))]),
    )
    const result = compute(
      changed(inputs, tensor => coded.get(tensor) ?? tensor),
      attrs,
    )
    const decode = (tensor: TensorInfo) => {
      const bytes = Array.from(backend.typedArrayFromHeap(tensor), code => table[code]!)
      backend.disposeData(tensor.dataId)
      return stringTensor(backend, tensor.shape, bytes)
    }
    const answer = results(result, decode)
    for (const { dataId } of coded.values()) backend.disposeData(dataId)
    return answer
  }

type Results = (result: Outputs, decode: (code: TensorInfo) => TensorInfo) => Outputs

const areStrings: Results = (result, decode) => (Array.isArray(result) ? result.map(decode) : decode(result))
const firstIsStrings: Results = (result, decode) =>
  (result as TensorInfo[]).map((one, i) => (i === 0 ? decode(one) : one))
const areNumbers: Results = result => result
