// config.json of a stranger: what JSON.parse would hide or fall over is refused by name, and nothing but INPUT errors come out.
import { describe, expect, it } from 'vitest'
import { EyesWasmError } from '../../src/errors.js'
import { parseRunConfig } from '../../src/training/run-config.js'

const sha256 = 'ab'.repeat(32)
const withOptions = (options: string) =>
  `{"format":"eyes-wasm run","formatVersion":1,"options":{${options}},"data":{"sha256":"${sha256}"},"initSha256":null}`
const size = '"height":50,"width":50'

describe('parseRunConfig', () => {
  it('reads what a run writes, and one from before an option was there', () => {
    const { options, dataSha256 } = parseRunConfig('c', withOptions(`"model":"vae","onBadImage":"skip",${size}`))
    expect(options).toMatchObject({ model: 'vae', onBadImage: 'skip', size: { height: 50, width: 50 } })
    expect(dataSha256).toBe(sha256)
    expect(parseRunConfig('c', withOptions(size)).options.onBadImage).toBe('fail')
  })

  it.each([
    ['a key twice', withOptions(`"epochs":1,"epochs":2,${size}`), /is not JSON.*gives the key "epochs" twice/],
    ['__proto__', withOptions(`"__proto__":{"epochs":1},${size}`), /is not JSON.*__proto__/],
    ['an option named like a method', withOptions(`"toString":1,${size}`), /toString: no such option/],
    [
      'an object that cannot be shown',
      withOptions(`"epochs":{"toString":1,"valueOf":2},${size}`),
      /epochs: found \{"toString"/,
    ],
    ['a list in place of a number', withOptions(`"lr":[1],${size}`), /lr: found \[1\], wanted a number/],
    ['infinity', withOptions(`"lr":1e999,${size}`), /lr: found Infinity/],
    ['a negative zero of epochs', withOptions(`"epochs":-0,${size}`), /epochs: found 0/],
    ['a nesting beyond the stack', withOptions(`"epochs":${'['.repeat(200_000)}`), /is not JSON.*nested too deeply/],
    ['half a surrogate pair', withOptions(`"data":"\\ud800",${size}`), /malformed string/],
    ['control characters', withOptions(`"model":"\\u001b[2J",${size}`), /model: found '\\u\{1b\}\[2J'/],
    ['another format', '{"format":{"a":[[[1]]]}}', /format is \{"a":\[\[\[1\]\]\]\} undefined/],
    ['no object', '[1]', /holds no JSON object/],
    ['no hash', withOptions(size).replace(sha256, 'zz'), /data\.sha256 is "zz"/],
  ])('refuses %s', (_, text, message) => {
    const read = () => parseRunConfig('stranger.json', text)
    expect(read).toThrow(EyesWasmError)
    expect(read).toThrow(message)
    expect(read).toThrow(/^stranger\.json: /)
  })
})
