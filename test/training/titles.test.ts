// What runs and pictures are called: titles that tell heads and losses apart, and which images of a picture were held out.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GridOptions } from '../../src/report/pictures.js'
import { reconstructionsPicture } from '../../src/training/figures.js'
import { runTitle } from '../../src/training/run-folder.js'

const drawn: GridOptions[] = []
vi.mock('../../src/report/pictures.js', () => ({
  pictureGrid: (_: unknown, options: GridOptions) => {
    drawn.push(options)
    return Promise.resolve(new Uint8Array())
  },
}))
beforeEach(() => void (drawn.length = 0))

describe('runTitle', () => {
  const vae = { model: 'vae', kernel: 5, stride: 1, padding: 2 } as const

  it('is the report’s notation for the report’s models', () => {
    expect(runTitle(vae)).toBe('VAE (5, 1, 2)')
    expect(runTitle({ ...vae, heads: 'relu', loss: 'mse' })).toBe('VAE (5, 1, 2)')
  })

  it('names heads and loss that are not', () => {
    expect(runTitle({ ...vae, heads: 'linear', loss: 'sigma' })).toBe('VAE (5, 1, 2), linear heads, sigma')
    expect(runTitle({ ...vae, model: 'ae', heads: 'linear', loss: 'l1' })).toBe('AE (5, 1, 2), l1')
  })
})

describe('reconstructionsPicture', () => {
  const pixels = new Uint8Array(new SharedArrayBuffer(4 * 11 * 11 * 3))
  const dataset = { source: '', count: 4, height: 11, width: 11, pixels, labels: null, classNames: null, sha256: '' }
  const spec = { kind: 'ae', kernel: 3, stride: 1, padding: 1, height: 11, width: 11 } as const
  const session = {
    reconstruct: (_: unknown, ids: readonly number[]) => Promise.resolve(new Float32Array(ids.length * 11 * 11 * 3)),
  }
  const picture = (heldOut?: ReadonlySet<number>) =>
    reconstructionsPicture(session, { spec, parameters: new Float32Array(0) }, dataset, 0, heldOut)

  it('says of each image whether it was held out', async () => {
    await picture(new Set([1]))
    const captions = [...drawn[0]!.captions![0]!]
    expect(captions.filter(caption => caption.includes('held out'))).toEqual(['id 1\nheld out'])
    expect(captions).toHaveLength(4)
    await picture()
    expect(drawn[1]!.captions!.flat().join()).not.toContain('held out')
  })
})
