// Weights files for the fuzzer: safetensors, then the names, shapes and values of a model. How files are changed and judged is ../harness.ts.
import { fromTorch, toTorch } from '../../../src/formats/pytorch.js'
import { parseSafetensors, serializeSafetensors, type NamedTensor } from '../../../src/formats/safetensors.js'
import { layerSpecs, parameterCount, parameterSpecs } from '../../../src/models/geometry.js'
import { specFromShapes } from '../../../src/models/spec-from-shapes.js'
import { rewriteJson, type FuzzTarget } from '../harness.js'
import { deep, infos, safetensorsGrammar, safetensorsRefusals, tensor } from './safetensors.js'

const spec = { kind: 'ae', kernel: 1, stride: 1, padding: 0, height: 12, width: 12 } as const
const parameters = parameterSpecs(layerSpecs(spec))

/** A small model's file, with other metadata and more tensors. */
const weightsBytes = (metadata: Readonly<Record<string, string>>, more: readonly NamedTensor[] = []) =>
  serializeSafetensors([...toTorch(new Float32Array(parameterCount(parameters)).fill(0.5), parameters), ...more], {
    format: 'pt',
    model: 'ae',
    kernel: '1',
    stride: '1',
    padding: '0',
    height: '12',
    width: '12',
    ...metadata,
  })

const weightValues = [
  ...[
    '0',
    '1',
    '5',
    '-1',
    '2049',
    '999999999',
    '1.5',
    'vae',
    'ae',
    'x',
    'F64',
    'enc_out_1.0.weight',
    'decoder.6.weight',
    'decoder_in.0.weight',
  ],
  ...[1, null, {}, [12], [3], [0, 48], [12, 3, 2, 2], [12, 3, 1, 1], infos[0]!],
  ...deep,
]

/** Weights files as `evaluate` takes them: safetensors, then names, shapes and values of a model. */
export const weights: FuzzTarget = {
  ...safetensorsGrammar,
  name: 'weights',
  seeds: [weightsBytes({})],
  rewrite: (text, pick) => rewriteJson(text, pick, weightValues),
  others: [
    serializeSafetensors([tensor('layer.weight', [2])]),
    serializeSafetensors([tensor('encoder.0.weight', [12, 3])]),
    weightsBytes({ stride: '2' }),
    weightsBytes({}, [tensor('more', [1])]),
  ],
  words: [
    ...safetensorsGrammar.words,
    ...['"kernel"', '"stride"', '"model"', '"vae"', '"0"', '"-1"', '"1e9"', '"999999999"', '"decoder.6.weight"'],
    ...['"encoder.0.weight"', '"decoder.0.bias"', '"enc_out_1.0.weight"', '"height"', '"2049"', '[12,3,1,1]', '[12]'],
  ],
  read(bytes) {
    const { tensors, metadata } = parseSafetensors(bytes, 'fuzz')
    const found = specFromShapes(new Map([...tensors].map(([name, { shape }]) => [name, shape])), { metadata }, 'fuzz')
    return fromTorch(tensors, parameterSpecs(layerSpecs(found)), 'fuzz')
  },
  refusals: [
    ...safetensorsRefusals.filter(({ source }) => !/too few|cut off|too large|added|dimensions/.test(source)),
    /too few|It is cut off|Something was added|too large to|dimensions, at most/,
    /tensor .* is missing/,
    /has shape .*, wanted/,
    /is not part of the model/,
    /wanted finite numbers/,
    /wanted an autoencoder's or VAE's/,
    /its tensors and metadata say/,
    /does not say the/,
    /metadata ".*" is/,
    /: (height|width|kernel|stride|padding|latent): is|: (encoder|decoder|enc_out)\S* \(Conv|decoder_in\.0: no map|its bottleneck spans/,
  ],
  // The tensors, and the model's own parameters.
  mostBytes: bytes => 3 * bytes.length + 65_536,
}
