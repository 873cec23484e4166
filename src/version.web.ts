// version.ts in a browser, where there is no package.json to read: the build (tools/build-web.js) writes it in.
declare const EYES_WASM_VERSION: string

export const version = EYES_WASM_VERSION
