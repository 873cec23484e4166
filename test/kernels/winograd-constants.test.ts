// Numbers that the Winograd kernels and their TypeScript twins both write down: the plan that crosses between them, and the rounding
// bound, are right only while they are equal.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const constant = (file: string, name: string) => {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
  const value = new RegExp(`const ${name}(?:: i32)? = (\\d+)`).exec(source)?.[1]
  return value ?? `${file} has no ${name}`
}

it.each([
  ['mostDepth', 'MOST_DEPTH', 'assembly/inline/product.ts'],
  ['mostGroups', 'MOST_GROUPS', 'assembly/winograd/plan.ts'],
])('%s of the plan is %s of the kernels', (ours, theirs, file) => {
  expect(constant('src/kernels/winograd/plan.ts', ours)).toBe(constant(file, theirs))
})
