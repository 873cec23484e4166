// The convolution geometry record: how one layer crosses from JavaScript into WASM. Field order is owned here; its writer is
// src/kernels/geometry.ts. All fields int32. It always describes the forward convolution, for its two gradients as well.

@unmanaged
export class ConvGeometry {
  batch: i32 // N
  inHeight: i32 // H
  inWidth: i32 // W
  inChannels: i32 // C
  outHeight: i32 // OH
  outWidth: i32 // OW
  outChannels: i32 // OC
  kernelHeight: i32 // KH
  kernelWidth: i32 // KW
  strideHeight: i32
  strideWidth: i32
  padTop: i32
  padLeft: i32
}

/** Activation codes, applied to the convolution's output after its bias. */
export const LINEAR: i32 = 0
export const RELU: i32 = 1
