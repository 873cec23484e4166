// process-listeners.ts in a browser, which has no process to listen to.

export const withoutNewListeners = <T>(bringUp: () => Promise<T>): Promise<T> => bringUp()
