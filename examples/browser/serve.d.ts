// Types of serve.js, for the tests that use it.

export const isolation: Readonly<Record<string, string>>

export function serve(
  folder: string,
  options?: { port?: number; headers?: Readonly<Record<string, string>> },
): Promise<{ readonly address: string; close(): Promise<void> }>
