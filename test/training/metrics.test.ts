// The report's numbers from errors per image, against the stored PyTorch and scikit-image values in kernels/ssim.test.ts and by hand here.
import { describe, expect, it } from 'vitest'
import { mean, psnr, quality, reportMse } from '../../src/training/metrics.js'

describe('metrics', () => {
  it('PSNR is 20 log10(1 / sqrt(mse)) and Infinity for equal images', () => {
    expect(psnr(1)).toBe(0)
    expect(psnr(0.01)).toBeCloseTo(20, 12)
    expect(psnr(1e-4)).toBeCloseTo(40, 12)
    expect(psnr(0)).toBe(Infinity)
    expect(psnr(NaN)).toBeNaN()
  })

  it('the report’s MSE is on the [-1, 1] scale, and fits its Table 1 through the PSNR', () => {
    expect(reportMse(0.01)).toBe(0.04)
    // PSNR 30.26 dB stands beside MSE 0.0038 for (4,2,2).
    expect(reportMse(10 ** (-30.26 / 10))).toBeCloseTo(0.0038, 4)
  })

  it('means run over images: PSNR of each image first', () => {
    const found = quality([0.01, 0.0001], Float64Array.of(0.5, 0.75))
    expect(found.psnr).toBeCloseTo(30, 12)
    expect(found.ssim).toBe(0.625)
    expect(found.mse).toBeCloseTo(0.0202, 15)
  })

  it('one exact image makes the mean PSNR Infinity, and no image makes it NaN', () => {
    expect(quality([0, 0.01], [1, 0.5]).psnr).toBe(Infinity)
    expect(mean([])).toBeNaN()
  })
})
