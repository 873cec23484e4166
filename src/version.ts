// The package's own version, read from its package.json at run time, so that it is written down once.
import { readFileSync } from 'node:fs'

/** `package.json` lies one folder above this file as source (src/) and as bundle (dist/) alike. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version
