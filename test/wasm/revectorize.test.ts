// The vector mode's gate: which engines have it, what the environment says, and what checked-modules.ts makes of a check. The flags themselves,
// on the engines that have them: test/package/vectors.test.ts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import * as vectorCheck from '../../src/kernels/vector-check.js'
import * as compiler from '../../src/wasm/compile-revectorized.js'
import * as revectorize from '../../src/wasm/revectorize.js'

vi.mock('../../src/kernels/vector-check.js', { spy: true })
vi.mock('../../src/wasm/compile-revectorized.js', { spy: true })
vi.mock('../../src/wasm/revectorize.js', { spy: true })
const { enableRevectorization, revectorizationWanted, revectorizeSupported, whyNotRevectorized } = revectorize

afterEach(() => {
  vi.unstubAllEnvs()
  vi.mocked(vectorCheck.wrongWhenRevectorized).mockReset()
})

describe('revectorizeSupported', () => {
  it.each([
    ['11.3.244.8-node.38', false], // Node 20, where V8 complains of an unknown flag
    ['12.4.254.21-node.33', false], // Node 22, which gains nothing
    ['13.5.212', false],
    ['13.6.233.17-node.28', true], // Node 24
    ['13.10.1', true],
    ['14.0.365', true],
    ['14.6.202.33-node.12', true], // Node 26
    ['', false],
  ])('V8 %s: %s', (version, wanted) => {
    expect(revectorizeSupported(version, 'x64')).toBe(wanted)
    expect(revectorizeSupported(version, 'arm64')).toBe(false)
  })
})

describe('EYES_WASM_REVECTORIZE', () => {
  const isThere = revectorizeSupported(process.versions.v8) && revectorize.hasAvx2()

  it.each([
    [undefined, isThere],
    ['1', isThere],
    ['0', false],
  ])('%s', (value, wanted) => {
    vi.stubEnv('EYES_WASM_REVECTORIZE', value)
    enableRevectorization()
    expect(revectorizationWanted()).toBe(wanted)
    if (isThere && value === '0') expect(whyNotRevectorized()).toBe('EYES_WASM_REVECTORIZE=0')
  })

  it.each(['', 'yes', '2', ' 1'])('%j is refused', value => {
    vi.stubEnv('EYES_WASM_REVECTORIZE', value)
    const message = `EYES_WASM_REVECTORIZE: is '${value}', wanted 0 (128-bit vectors) or 1 (256-bit pairs`
    expect(enableRevectorization).toThrow(EyesWasmError)
    expect(enableRevectorization).toThrow(message)
  })

  it('an engine without the mode says why', () => {
    if (process.arch === 'x64') expect(whyNotRevectorized('11.3.244.8')).toBe('V8 11.3, wanted 13.6 or later')
    else expect(whyNotRevectorized('13.6.233')).toContain('x64 only')
  })

  it.skipIf(process.arch !== 'x64' || !revectorize.hasAvx2())(
    '1 tries an engine that this version does not know',
    () => {
      vi.stubEnv('EYES_WASM_REVECTORIZE', undefined)
      expect(whyNotRevectorized('15.0.1')).toBe('V8 15.0 is newer than any tried; EYES_WASM_REVECTORIZE=1 tries it')
      expect(whyNotRevectorized('14.9.1')).toBe('not asked for')
      vi.stubEnv('EYES_WASM_REVECTORIZE', '1')
      expect(whyNotRevectorized('15.0.1')).toBe('not asked for')
    },
  )
})

describe('checkedModules', () => {
  const marked = () => vi.mocked(compiler.compileRevectorized).mock.results[0]?.value as WebAssembly.Module
  /** checked-modules.ts anew, with an engine that has the mode: the same code here, under another identity. */
  async function freshModules() {
    vi.resetModules()
    const { checkedModules } = await import('../../src/kernels/checked-modules.js')
    return checkedModules()
  }
  beforeEach(() => {
    vi.mocked(compiler.compileRevectorized)
      .mockReset()
      .mockImplementation(bytes => new WebAssembly.Module(new Uint8Array(bytes)))
    vi.mocked(revectorize.revectorizationWanted).mockReturnValue(true)
  })
  afterEach(() => {
    vi.mocked(revectorize.revectorizationWanted).mockReset()
    revectorize.setVectorMode('simd128')
  })

  it('are the revectorized ones when the check finds nothing', async () => {
    vi.mocked(vectorCheck.wrongWhenRevectorized).mockReturnValue([])
    const modules = await freshModules()
    expect(modules).toMatchObject({ vectors: 'revectorized' })
    expect(modules.kernels).toBe(marked())
    expect([revectorize.vectorMode(), revectorize.wideTiles()]).toEqual(['revectorized', true])
  })

  it('are the 128-bit ones, with a warning, when it finds a wrong kernel', async () => {
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    vi.mocked(vectorCheck.wrongWhenRevectorized).mockReturnValue(['Conv2D', 'Gram'])
    const modules = await freshModules()
    expect(modules).toMatchObject({ vectors: 'simd128' })
    expect(modules.kernels).not.toBe(marked())
    expect([revectorize.vectorMode(), revectorize.wideTiles()]).toEqual(['simd128', false])
    expect(whyNotRevectorized()).toBe('Conv2D, Gram wrong as 256-bit pairs')
    expect(emitted.mock.calls).toEqual([[expect.stringMatching(/^eyes-wasm: Conv2D, Gram .*EYES_WASM_REVECTORIZE=0/)]])
    emitted.mockRestore()
  })

  it('are the 128-bit ones, unchecked, when nobody asked', async () => {
    vi.mocked(revectorize.revectorizationWanted).mockReturnValue(false)
    expect(await freshModules()).toMatchObject({ vectors: 'simd128' })
    expect(vectorCheck.wrongWhenRevectorized).not.toHaveBeenCalled()
    expect(compiler.compileRevectorized).not.toHaveBeenCalled()
  })
})
