// Compares the hot kernels with plain loops on this machine, after their code has been warmed up (what runs first is not what runs
// later: V8 compiles hot WebAssembly a second time). For `eyes-wasm doctor`, in the vector mode of this process. Not here: the cases
// (check-cases.ts), and whether two vector modes give the same bits (vector-check.ts).
import { compileSharedModule } from '../wasm/modules.js'
import { instantiateShared } from '../wasm/shared.js'
import {
  Arrays,
  type Case,
  compare,
  convolutionCases,
  elementwiseCases,
  type KernelCheck,
  sumBound,
  unitRoundoff,
} from './check-cases.js'
import { kernelsInPieces, wholeKernels, winogradCases } from './check-winograd.js'
import { checkedModules } from './checked-modules.js'

/** Milliseconds that each kernel is repeated for; V8 needs a small part of them to notice that it is hot. */
const warmUp = 80
/** Winograd's sizes share most of their code, and there are many. */
const winogradWarmUp = 20

/** A (3, 1, 1) layer of the models, on a small image. */
const layer = { side: 14, kernel: 3, stride: 1, inChannels: 12, outChannels: 24 } as const

async function optimiser(): Promise<Case[]> {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true }))
  const kernels = instantiateShared(await compileSharedModule(), arrays.memory)
  const [size, count] = [1003, 8]
  const [slots, weights] = [arrays.fill(size * count, 1), arrays.fill(count, 2)]
  const [sum, start, p, m, v] = [3, 4, 5, 6, 7].map(salt => arrays.fill(size, salt)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const [vs, vw] = [arrays.view(slots, size * count), arrays.view(weights, count)]
  const reduced = Float64Array.from({ length: size }, (_, i) =>
    vw.reduce((total, w, k) => total + w * vs[k * size + i]!, 0),
  )
  // One first step of Adam with PyTorch's constants, from zero moments: the gradient is the first slot.
  const [beta1, beta2, epsilon, lr] = [0.9, 0.999, 1e-8, 1e-3]
  const moved = Float64Array.from(arrays.view(start, size), (value, i) => {
    const g = vs[i]!
    return value - (lr * g) / (Math.abs(g) + epsilon)
  })
  const step = () => {
    arrays.view(p, size).set(arrays.view(start, size))
    arrays.view(m, size).fill(0)
    arrays.view(v, size).fill(0)
    const [stepSize, root] = [lr / (1 - beta1), Math.sqrt(1 - beta2)]
    kernels.adam(p, m, v, slots, size, beta1, 1 - beta1, beta2, 1 - beta2, epsilon, stepSize, root)
  }
  return [
    {
      kernel: 'Reduce',
      run: () => kernels.reduce(slots, weights, sum, count, size, size),
      actual: () => arrays.view(sum, size),
      reference: () => ({ expected: reduced, bound: sumBound(count, new Float64Array([count])) }),
    },
    {
      kernel: 'Adam',
      run: step,
      actual: () => arrays.view(p, size),
      // The parameter's own rounding, below 1, and a few of the step's.
      reference: () => ({ expected: moved, bound: unitRoundoff + 16 * unitRoundoff * lr }),
    },
  ]
}

function check(test: Case, duration: number): KernelCheck {
  const end = performance.now() + duration
  for (let calls = 0; calls < 3 || performance.now() < end; calls++) test.run()
  return compare(test)
}

/** Runs the comparison in this thread; takes about two seconds. A kernel is right when its maxError is at most its bound. */
export async function selfCheck(): Promise<KernelCheck[]> {
  const { kernels } = await checkedModules()
  const winograd = [...wholeKernels(layer.side, 6, 12), ...kernelsInPieces(layer.side, 6, 12)].flatMap(one =>
    winogradCases(kernels, one),
  )
  const others = [...convolutionCases(kernels, layer), ...elementwiseCases(kernels), ...(await optimiser())]
  return [...others.map(one => check(one, warmUp)), ...winograd.map(one => check(one, winogradWarmUp))]
}
