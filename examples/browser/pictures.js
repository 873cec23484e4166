// Pictures in and out: files to pixels, as a training takes them, and pixels to canvases. Knows nothing of training.

/** Side that dropped pictures are cut and scaled to. */
const side = 50
/** Canvas pixels have four channels, a training's three. */
const withoutAlpha = rgba =>
  Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)])

/** The middle square of a picture, [side, side, 3]; null for a file that is none. */
async function pixelsOf(file) {
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (bitmap === null) return null
  const cut = Math.min(bitmap.width, bitmap.height)
  const context = new OffscreenCanvas(side, side).getContext('2d', { willReadFrequently: true })
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, (bitmap.width - cut) / 2, (bitmap.height - cut) / 2, cut, cut, 0, 0, side, side)
  bitmap.close()
  return withoutAlpha(context.getImageData(0, 0, side, side).data)
}

/** The files that are pictures, as `train` takes them: pixels [count, side, side, 3]. */
export async function readPictures(files) {
  const found = (await Promise.all([...files].map(pixelsOf))).filter(pixels => pixels !== null)
  const pixels = new Uint8Array(found.length * side * side * 3)
  found.forEach((one, i) => pixels.set(one, i * one.length))
  return { pixels, count: found.length, height: side, width: side }
}

function canvasOf({ height, width }) {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { height, width })
  return canvas
}

/** Draws picture number `index` of pixels [n, height, width, 3], uint8 0 to 255 or float32 0 to 1. */
function draw(canvas, pixels, index) {
  const { height, width } = canvas
  const scale = pixels instanceof Float32Array ? 255 : 1
  const image = new ImageData(width, height)
  const start = index * height * width * 3
  for (let p = 0; p < height * width; p++) {
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = pixels[start + 3 * p + c] * scale
    image.data[4 * p + 3] = 255
  }
  canvas.getContext('2d').putImageData(image, 0, 0)
}

/**
 * Puts the pictures with these numbers into `place`, each above an empty one; answers what draws their reconstructions [ids.length, height,
 * width, 3] into those.
 */
export function showPictures(place, { pixels, height, width }, ids) {
  const pairs = ids.map(id => {
    const [original, rebuilt] = [canvasOf({ height, width }), canvasOf({ height, width })]
    original.setAttribute('aria-label', `Picture ${id + 1}`)
    rebuilt.setAttribute('aria-label', `Picture ${id + 1}, rebuilt`)
    draw(original, pixels, id)
    const figure = document.createElement('figure')
    figure.append(original, rebuilt)
    return { figure, rebuilt }
  })
  place.replaceChildren(...pairs.map(({ figure }) => figure))
  return values => pairs.forEach(({ rebuilt }, i) => draw(rebuilt, values, i))
}
