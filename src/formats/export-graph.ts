// What the graph formats have in common: which value each layer takes and gives, and what the values are called.
// Sits under onnx.ts and tfjs-graph.ts, which write the same graph in their own words and layout.
import { layerSpecs } from '../models/geometry.js'
import type { LayerSpec, ModelKind, ModelSpec } from '../models/spec.js'

/** Names of an exported model's values; the latent's depend on the model. */
export const valueNames = { images: 'images', scaled: 'images_scaled', reconstructions: 'reconstructions' } as const

/** Layers whose output is a latent, by the name that the output gets. */
const latentNames: Readonly<Record<ModelKind, Readonly<Record<string, string>>>> = {
  ae: { 'encoder.4': 'latent' },
  vae: { 'enc_out_1.0': 'mean', 'enc_out_2.0': 'log_variance' },
}

/** Outputs of an exported model, in their order: reconstructions, then `latent`, or `mean` and `log_variance`. */
export const outputNames = (kind: ModelKind): readonly string[] => [
  valueNames.reconstructions,
  ...Object.values(latentNames[kind]),
]

/** One convolution with its activation: takes the value `input`, gives `output`. */
export interface GraphLayer {
  readonly layer: LayerSpec
  readonly input: string
  readonly output: string
  readonly isLatent: boolean
}

/** The layers in order of computation, from `images_scaled` to the last one's tanh. Both heads of a VAE take the last encoder map; its decoder the mean. */
export function graphLayers(spec: ModelSpec): GraphLayer[] {
  const latents = latentNames[spec.kind]
  const graph: GraphLayer[] = []
  for (const layer of layerSpecs(spec)) {
    const previous = graph.at(-1)
    // A head beside another head: the same input, and not its output.
    const isSecondHead = layer.name === 'enc_out_2.0'
    const isAfterHeads = previous?.layer.name === 'enc_out_2.0'
    const input = isSecondHead ? previous!.input : isAfterHeads ? Object.values(latents)[0]! : previous?.output
    const latent = latents[layer.name]
    const output = latent ?? `${layer.name}.${layer.activation}`
    graph.push({ layer, input: input ?? valueNames.scaled, output, isLatent: latent !== undefined })
  }
  return graph
}

/** What the file says of the model in words and numbers, for whoever finds it later. */
export function exportMetadata(
  { kind, kernel, stride, padding, height, width, heads, latent }: ModelSpec,
  version: string,
): Record<string, string> {
  const numbers = Object.entries({ kernel, stride, padding, height, width }).map(([key, value]) => [key, String(value)])
  return {
    model: kind,
    ...(Object.fromEntries(numbers) as Record<string, string>),
    ...(heads === 'linear' && { heads }),
    ...(latent !== undefined && { latent: String(latent) }),
    pixels: "RGB, 0 to 1, in and out; the models' own range [-1, 1] is inside the graph",
    decodes: kind === 'vae' ? 'the mean; no noise is drawn' : 'the latent',
    eyes_wasm: version,
  }
}
