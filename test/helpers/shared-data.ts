// Where tests find data that is not ours to ship: real eye images. Their absence skips a test, and its title says so.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of the real images: EYES_DATA_DIR, or ../shared/data beside the repository. */
export const dataDir = resolve(process.env['EYES_DATA_DIR'] ?? '../shared/data')

export const realEyes = join(dataDir, 'eyes')
export const realEyesJpg = join(dataDir, 'eyes-jpg')

/** For test titles: why a test that needs `folder` does not run. */
export const absent = (folder: string) => (existsSync(folder) ? null : `${folder} is absent; set EYES_DATA_DIR`)
