// host.ts in a browser, which has cores but no files.

export const availableThreads = (): number => navigator.hardwareConcurrency || 1

export const absolutePath = (path: string): string => path
