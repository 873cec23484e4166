// The one error type that callers of the library and the command line meet. Anything else that escapes is a bug (exit code 1).

/** What went wrong, for programs. Each code has one process exit code. */
export type ErrorCode = 'INPUT' | 'MODEL' | 'NON_FINITE' | 'STORAGE' | 'WORKER' | 'IRREPRODUCIBLE' | 'ABORTED'

const exitCodes: Record<ErrorCode, number> = {
  INPUT: 2,
  MODEL: 2,
  NON_FINITE: 3,
  STORAGE: 4,
  WORKER: 1,
  IRREPRODUCIBLE: 1,
  ABORTED: 130,
}

/**
 * An expected failure. The message says who, found, wanted and cure, in that order:
 * `data.npy: dtype is int64, wanted uint8, float32 or float64. Save it with images.astype('uint8').`
 */
export class EyesWasmError extends Error {
  /** Always 'EyesWasmError', also where two copies of the package make `instanceof` fail. */
  override readonly name = 'EyesWasmError'
  /** What the command ends with for this code. */
  readonly exitCode: number

  constructor(
    /** What went wrong, for programs. */
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.exitCode = exitCodes[code]
  }
}

/** Bad arguments or bad input files: exit code 2. */
export const inputError = (message: string, cause?: unknown) => new EyesWasmError('INPUT', message, { cause })

/** An error of somebody else's in a few words: its message, after its name where that says more than Error. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'Error' || error.message.includes(error.name)
    ? error.message
    : `${error.name}: ${error.message}`
}
