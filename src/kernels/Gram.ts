// Products of long rows with one another, over a WASM memory of its own (tfjs has no part in it): the arithmetic of a Gram matrix that is
// put together block by block. Arithmetic in assembly/Gram.ts; which rows meet is the caller's business (experiments/latent-gram.ts).
import { inputError } from '../errors.js'
import { instantiateKernels } from '../wasm/kernels.js'
import { checkedModules } from './checked-modules.js'

export interface GramMemory {
  /** Rows that stay while blocks pass by, and rows of a block. */
  readonly panelRows: number
  readonly blockRows: number
  /** Writes one row, `length` values. */
  setPanelRow(row: number, values: Float32Array): void
  setBlockRow(row: number, values: Float32Array): void
  /** Products of the first `rows` of the block with each row of the panel, [rows, panelRows]; good until the next call. */
  blockTimesPanel(rows: number): Float64Array
  /** Products of the panel's rows from `first` (even) on, at most `blockRows` of them, with each row of the panel, [.., panelRows]. */
  panelTimesPanel(first: number): Float64Array
}

const roundUp = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple
const page = 65536
/** Address 0 stays free; regions are 64-byte aligned. */
const start = 64
/** wasm32 addresses, less what alignment takes. */
const mostBytes = 65535 * page

/**
 * Memory for a panel and a block of rows of `length` float32 values; `panelRows` is rounded up to a multiple of 4, `blockRows` to one of 2.
 * @throws INPUT where the machine cannot give so much
 */
export async function openGram(length: number, panelRows: number, blockRows: number): Promise<GramMemory> {
  const rows = { panel: roundUp(panelRows, 4), block: roundUp(blockRows, 2) }
  const stride = roundUp(length, 4)
  const panel = start // float32 [panelRows, stride]
  const block = roundUp(panel + 4 * rows.panel * stride, 64) // float32 [blockRows, stride]
  const products = roundUp(block + 4 * rows.block * stride, 64) // float64 [blockRows, panelRows]
  const bytes = products + 8 * rows.block * rows.panel
  const memory = allocate(bytes)
  const { kernels } = await checkedModules()
  const exports = instantiateKernels(kernels, memory)
  const row = (at: number, index: number) => new Float32Array(memory.buffer, at + 4 * index * stride, length)
  function multiply(a: number, count: number): Float64Array {
    exports.gram(a, panel, products, roundUp(count, 2), rows.panel, stride)
    return new Float64Array(memory.buffer, products, count * rows.panel)
  }
  return {
    panelRows: rows.panel,
    blockRows: rows.block,
    setPanelRow: (index, values) => row(panel, index).set(values),
    setBlockRow: (index, values) => row(block, index).set(values),
    blockTimesPanel: count => multiply(block, count),
    panelTimesPanel: first => multiply(panel + 4 * first * stride, Math.min(rows.block, rows.panel - first)),
  }
}

function allocate(bytes: number): WebAssembly.Memory {
  try {
    if (bytes <= mostBytes) return new WebAssembly.Memory({ initial: Math.ceil(bytes / page) })
  } catch {
    // Said below.
  }
  throw inputError(
    `latent: the Gram matrix needs ${Math.ceil(bytes / 2 ** 20)} MiB in one piece, more than this machine gives. Use fewer or smaller images.`,
  )
}
