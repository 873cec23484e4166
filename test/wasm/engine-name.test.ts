// Who runs us: engines that call themselves Node are named as what they are.
import { expect, it } from 'vitest'
import { checkPicturesPossible } from '../../src/data/sharp.js'
import { engineName, isV8 } from '../../src/engine.js'

const versions = (more: Record<string, string>) => ({ ...process.versions, node: '26.3.0', v8: '14.6.1', ...more })

it.each([
  [{}, 'Node 26.3.0, V8 14.6.1', true],
  [{ bun: '1.4.5' }, 'Bun 1.4.5, JavaScriptCore', false],
  [{ deno: '2.9.6' }, 'Deno 2.9.6, V8 14.6.1', true],
])('%j: %s', (more, name, v8) => {
  expect(engineName(versions(more))).toBe(name)
  expect(isV8(versions(more))).toBe(v8)
})

it('says that pictures want V8, where a try would never end', () => {
  expect(() => checkPicturesPossible(versions({}))).not.toThrow()
  expect(() => checkPicturesPossible(versions({ bun: '1.4.5' }))).toThrow(/pictures: .* Bun 1\.4\.5.*, wanted Node\./)
})
