// Places of a program's variables in a flat vector of the engine, one behind the other. What the variables are is program.ts.

/** A tensor's place in a flat vector, in float32 elements. */
export interface Section {
  readonly name: string
  readonly offset: number
  readonly size: number
}

/** Length of the vector that the sections make up. */
export function vectorLength(sections: readonly Section[]): number {
  const last = sections.at(-1)
  return last ? last.offset + last.size : 0
}
