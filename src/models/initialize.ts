// A model's first weights: PyTorch's default initialisation, uniform in +-1/sqrt(fan_in) for weights and biases alike
// (torch.nn.Conv2d: kaiming_uniform_ with a = sqrt(5), which is that bound). Drawn in PyTorch's layout order of our own generator.
import { streams, uniforms } from '../random/philox.js'
import type { ParameterSpec } from './spec.js'

/** Fills the flat parameter vector; a pure function of the seed and the parameters' names and shapes. */
export function initialize(parameters: readonly ParameterSpec[], seed: number, out: Float32Array): void {
  parameters.forEach(({ offset, size, fanIn }, index) => {
    const values = out.subarray(offset, offset + size)
    const unit = new Float32Array(size)
    uniforms(seed, streams.init, index, unit)
    const bound = 1 / Math.sqrt(fanIn)
    for (let i = 0; i < size; i++) values[i] = (2 * unit[i]! - 1) * bound
  })
}
