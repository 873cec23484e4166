// Types of engines.js, for the tests.

export interface Engine {
  readonly title: string
  readonly from: string
  readonly version: string
  readonly file: string
  readonly emulated?: boolean
  readonly before?: readonly string[]
}
export type EngineName = 'node20' | 'node22' | 'node24' | 'node26' | 'bun' | 'deno' | 'arm64'
export const engines: Readonly<Record<EngineName, Engine>>
export function hasEngine(name: EngineName): boolean
export function cleanEnvironment(node: string): NodeJS.ProcessEnv
export function npmFolder(): string
export function fetchEngine(name: EngineName): Promise<string>
export const emulationHelp: string
export function emulation(): string[] | null
