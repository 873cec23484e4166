// A program's refusal, which a worker answers in place of a result, as the error that the user sees. Not a fault: nothing is done again.
import { EyesWasmError } from '../errors.js'
import type { Refusal } from './protocol.js'

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && 'refused' in answer

/** The answer itself. @throws EyesWasmError INPUT or MODEL where the program refused the task */
export function accepted<T>(answer: T): T {
  if (isRefusal(answer)) throw new EyesWasmError(answer.refused.code, answer.refused.message)
  return answer
}
