// config.json for the fuzzer. How files are changed and judged is ../harness.ts.
import { EyesWasmError } from '../../../src/errors.js'
import { parseRunConfig } from '../../../src/training/run-config.js'
import { rewriteJson, type FuzzTarget } from '../harness.js'
import { values } from './safetensors.js'
import { hugeNumbers, latin1, numbers, strangeNumbers } from './shared.js'

const configOptions =
  '{"model":"ae","kernel":3,"stride":1,"padding":1,"epochs":2,"batch":8,"lr":0.001,"loss":"mse","klWeight":1,"seed":0,"threads":1,' +
  '"data":null,"onBadImage":"fail","limit":null,"init":null,"shuffle":true,"height":50,"width":50}'

export const config: FuzzTarget = {
  name: 'config.json',
  seeds: [
    latin1(
      `{"format":"eyes-wasm run","formatVersion":1,"options":${configOptions},"data":{"source":"generated eyes","count":4,"sha256":"${'0a'.repeat(32)}"},"initSha256":null}`,
    ),
    latin1(
      `{"format":"eyes-wasm run","formatVersion":1,"options":{"lr":1,"init":null,"shuffle":true,"height":50,"width":50},"data":{"sha256":"${'b1'.repeat(32)}"},"initSha256":null}`,
    ),
  ],
  words: [
    ...numbers,
    ...strangeNumbers,
    ...hugeNumbers,
    ...['"model"', '"vae"', '"gan"', '"kernel"', '"lr"', '"data"', '"options"', '"__proto__"', '"toString"', '"size"'],
    ...['null', 'true', '{}', '[]', '{"toString":1,"valueOf":2}', '['.repeat(60), '"\\u001b[2J"', '""', '{', '}', ':'],
  ],
  text: bytes => [0, bytes.length],
  rewrite: (text, pick) => rewriteJson(text, pick, values),
  assemble: (_, text) => latin1(text),
  read: bytes => {
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      throw new EyesWasmError('INPUT', 'is not text')
    }
    return parseRunConfig('fuzz', text)
  },
  refusals: [
    /is not text/,
    /is not JSON.*\(fuzz: it (is|has|lacks|gives|uses|goes)/,
    /holds no JSON object/,
    /: format is/,
    /'options' or 'data' is missing/,
    /wanted a SHA-256/,
    /no such option/,
    /found .*, wanted a whole number/,
    /found .*, wanted a number/,
    /found .*, wanted a path/,
    /found .*, wanted true or false/,
    /found .*, wanted \w+ or \w+/,
  ],
  mostBytes: bytes => 2 * bytes.length,
  mostSeconds: 5,
}
