// The kernels whose plain loops are long, or want a transcendental function, on small fixed data: for vector-check.ts, which compares two
// compilations with each other. Cases with plain loops are in check-cases.ts and check-winograd.ts.
import { instantiateKernels, type KernelExports } from '../wasm/kernels.js'
import { Arrays, type Case } from './check-cases.js'
import { activations } from './geometry.js'

export function otherCases(module: WebAssembly.Module): Case[] {
  const arrays = new Arrays(new WebAssembly.Memory({ initial: 8 }))
  const kernels = instantiateKernels(module, arrays.memory)
  return [
    activationCase(kernels, arrays),
    ...latentCases(kernels, arrays),
    ...similarityCases(kernels, arrays),
    ...lossCases(kernels, arrays),
    ...fourierCases(kernels, arrays),
  ]
}

/** With channels that fill no pair of vectors, and the other half of the result beside check-cases.ts's. */
function activationCase(kernels: KernelExports, arrays: Arrays): Case {
  const [pixels, channels] = [9, 15]
  const size = pixels * channels
  const [y, dy, dz, db] = [arrays.fill(size, 1), arrays.fill(size, 2), arrays.fill(size, 3), arrays.fill(channels, 4)]
  return {
    kernel: 'ActivationBiasGrad',
    run: () => kernels.activationBiasGrad(y, dy, dz, db, pixels, channels, activations.relu),
    actual: () => [...arrays.view(dz, size), ...arrays.view(db, channels)],
  }
}

function latentCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const size = 195 // three lanes past a vector's end
  const [mu, logVar, eps, out, out2] = Array.from({ length: 5 }, (_, salt) => arrays.fill(size, salt)) as Numbers5
  const scratch = arrays.reserve(128)
  const values = (at: number) => () => arrays.view(at, size)
  let divergence = NaN
  return [
    {
      kernel: 'ClipByValue',
      run: () => kernels.clipByValue(mu, out, size, -0.25, 0.5),
      actual: values(out),
    },
    // NaN below 0, in both compilations.
    { kernel: 'Sqrt', run: () => kernels.sqrt(mu, out, size), actual: values(out) },
    { kernel: 'Clamp', run: () => kernels.clamp(mu, out, size), actual: values(out) },
    {
      kernel: 'FreeBits',
      run: () => (divergence = kernels.freeBits(mu, logVar, size, 0.5)),
      actual: () => [divergence],
    },
    {
      kernel: 'FreeBitsGrad',
      run: () => kernels.freeBitsGrad(mu, logVar, out, out2, size, 0.5, 1),
      actual: () => [...arrays.view(out, size), ...arrays.view(out2, size)],
    },
    { kernel: 'Tanh', run: () => kernels.tanh(mu, out, size), actual: values(out) },
    {
      kernel: 'KlDivergence',
      run: () => (divergence = kernels.klDivergence(mu, logVar, size)),
      actual: () => [divergence],
    },
    {
      kernel: 'KlDivergenceGrad',
      run: () => kernels.klDivergenceGrad(mu, logVar, out, out2, size, 1),
      actual: () => [...arrays.view(out, size), ...arrays.view(out2, size)],
    },
    { kernel: 'Reparameterize', run: () => kernels.reparameterize(mu, logVar, eps, out, size), actual: values(out) },
    {
      kernel: 'ReparameterizeGrad',
      run: () => kernels.reparameterizeGrad(mu, logVar, eps, out, size),
      actual: values(out),
    },
    { kernel: 'RandomNormal', run: () => kernels.randomNormal(out, size, 1, 2, 3, 4, 5, scratch), actual: values(out) },
  ]
}

type Numbers5 = [number, number, number, number, number]

function similarityCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const [side, channels] = [14, 3]
  const size = side * side * channels
  const [a, b, da] = [arrays.fill(size, 1), arrays.fill(size, 2), arrays.fill(size, 3)]
  const [y, dy, doubles] = [arrays.fill(4, 4), arrays.fill(4, 5), arrays.reserve(64)]
  const [rowsA, rowsB, stride] = [2, 4, 64]
  const needs = [
    kernels.ssimScratch(side, side, channels),
    kernels.imageMetricsScratch(side, side, channels),
    8 * rowsA * rowsB,
  ]
  const scratch = arrays.reserve(needs.reduce((x, z) => Math.max(x, z)))
  return [
    {
      kernel: 'ImageMetrics',
      run: () => kernels.imageMetrics(a, b, doubles, doubles + 8, scratch, 1, side, side, channels),
      actual: () => arrays.doubles(doubles, 2),
    },
    {
      kernel: 'Ssim',
      run: () => kernels.ssim(a, b, y, scratch, 1, side, side, channels, 0),
      actual: () => arrays.view(y, 1),
    },
    {
      kernel: 'SsimGradient',
      run: () => kernels.ssimGradient(a, b, dy, da, scratch, 1, side, side, channels, 0),
      actual: () => arrays.view(da, size),
    },
    {
      kernel: 'Ssim',
      run: () => kernels.ssim(a, b, y, scratch, 1, side, side, channels, 1),
      actual: () => arrays.view(y, 1),
    },
    {
      kernel: 'SsimGradient',
      run: () => kernels.ssimGradient(a, b, dy, da, scratch, 1, side, side, channels, 1),
      actual: () => arrays.view(da, size),
    },
    {
      kernel: 'Gram',
      run: () => kernels.gram(a, b, scratch, rowsA, rowsB, stride),
      actual: () => arrays.doubles(scratch, rowsA * rowsB),
    },
  ]
}

/** The losses of single images: two of 9 x 10 pixels, so that rows end within a vector. */
function lossCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const shape = [2, 9, 10, 3] as const
  const [count, height, width, channels] = shape
  const size = height * width * channels
  const [a, b, da] = [1, 2, 3].map(salt => arrays.fill(count * size, salt)) as [number, number, number]
  const [y, dy] = [arrays.fill(count, 4), arrays.fill(count, 5)]
  const needs = Math.max(
    kernels.edgeLossScratch(height, width, channels),
    kernels.focalFrequencyScratch(height, width, channels),
  )
  const scratch = arrays.reserve(needs)
  const value = (kernel: string, run: () => void): Case => ({ kernel, run, actual: () => arrays.view(y, count) })
  const gradient = (kernel: string, run: () => void): Case => ({
    kernel,
    run,
    actual: () => arrays.view(da, count * size),
  })
  return [
    value('EdgeLoss', () => kernels.edgeLoss(a, b, y, scratch, ...shape)),
    gradient('EdgeLossGrad', () => kernels.edgeLossGrad(a, b, dy, da, scratch, ...shape)),
    value('FocalFrequency', () => kernels.focalFrequency(a, b, y, scratch, ...shape)),
    gradient('FocalFrequencyGrad', () => kernels.focalFrequencyGrad(a, b, dy, da, scratch, ...shape)),
    value('SigmaLoss', () => kernels.sigmaLoss(a, b, y, count, size)),
    gradient('SigmaLossGrad', () => kernels.sigmaLossGrad(a, b, dy, da, count, size)),
    gradient('Halve', () => kernels.halve(a, da, ...shape)),
    gradient('HalveGrad', () => kernels.halveGrad(a, da, ...shape)),
    value('ReconstructionLoss', () => (arrays.view(y, count)[0] = kernels.reconstructionLoss(a, b, size - 1, 2))),
    gradient('ReconstructionLossGrad', () => kernels.reconstructionLossGrad(a, b, da, size - 1, 2, 1)),
  ]
}

/** Lengths of radix 4, 2 and others, with rows that fill no vector; and a large prime. */
function fourierCases(kernels: KernelExports, arrays: Arrays): Case[] {
  const rows = 2
  return [1, 90, 128, 67].map(n => {
    const [re, im, outRe, outIm] = [1, 2, 3, 4].map(salt => arrays.fill(rows * n, salt)) as Numbers4
    const scratch = arrays.reserve(kernels.fftScratch(n))
    return {
      kernel: 'FFT',
      run: () => kernels.fft(re, im, outRe, outIm, scratch, rows, n, n),
      actual: () => [...arrays.view(outRe, rows * n), ...arrays.view(outIm, rows * n)],
    }
  })
}

type Numbers4 = [number, number, number, number]
