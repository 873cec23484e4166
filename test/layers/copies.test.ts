// The built backend (dist/backend.js) in a program that trains a tfjs-layers model: whichever is imported first, and where the program's copy of
// tfjs-core is not the one beside the backend. Each is a process of its own. `npm test` builds dist/ before.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNode } from '../engines.js'

const root = resolve(import.meta.dirname, '../..')
const backend = pathToFileURL(join(root, 'dist/backend.js')).href

/** Trains a convolutional classifier on both backends, switching by `tf.setBackend`; prints the losses as JSON. */
const program = `
  const x = tf.randomUniform([24, 8, 8, 1], 0, 1, 'float32', 7)
  const y = tf.oneHot(tf.range(0, 24, 1, 'int32').mod(tf.scalar(3, 'int32')), 3)
  const seeded = seed => tf.initializers.glorotUniform({ seed })
  const losses = {}
  for (const name of ['cpu', 'eyes-wasm']) {
    await tf.setBackend(name)
    const model = tf.sequential()
    model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(1) }))
    model.add(tf.layers.batchNormalization())
    model.add(tf.layers.flatten())
    model.add(tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(2) }))
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' })
    const { history } = await model.fit(x, y, { epochs: 3, batchSize: 8, shuffle: false })
    losses[name] = history.loss
    const [first] = model.getWeights()
    if (first.add(1).shape.length !== 4) throw new Error('chained ops are lost') // methods of tensors that the engine made
  }
  console.log(JSON.stringify({ losses, used: tf.getBackend() }))`

async function expectTrained(imports: string, folder: string): Promise<void> {
  const { code, stdout, stderr } = await runNode(
    process.execPath,
    ['--input-type=module', '-e', imports + program],
    folder,
  )
  expect(code, stderr).toBe(0)
  const { losses, used } = JSON.parse(stdout) as { losses: Record<'cpu' | 'eyes-wasm', number[]>; used: string }
  expect(used).toBe('eyes-wasm')
  expect(losses.cpu).toHaveLength(3)
  expect(losses.cpu[2]).toBeLessThan(losses.cpu[0]!)
  // Nine steps of Adam over sums of at most 288 terms: some 1e-6 of the loss. A wrong gradient shows in the second digit.
  for (const [epoch, loss] of losses['eyes-wasm'].entries()) expect(loss / losses.cpu[epoch]!).toBeCloseTo(1, 4)
}

describe('model.fit with the built backend', () => {
  it('@tensorflow/tfjs is imported first', () =>
    expectTrained(`import * as tf from '@tensorflow/tfjs'; import '${backend}'`, root))

  it('the backend is imported first', () =>
    expectTrained(`import '${backend}'; import * as tf from '@tensorflow/tfjs'`, root))

  it('the program has the bundle of @tensorflow/tfjs that carries a tfjs-core of its own', () =>
    expectTrained(
      `import { createRequire } from 'node:module'
       const tf = createRequire('${pathToFileURL(root).href}/')('@tensorflow/tfjs/dist/tf.es2017.js')
       await import('${backend}')`,
      root,
    ))

  describe('the program has a second installation of tfjs', () => {
    let folder = ''
    /** tfjs's packages are copied, as links would lead back to ours; what they need beside each other is linked. */
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'eyes-copies-'))
      const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')]
      for (const name of await readdir(join(from, '@tensorflow'))) {
        const manifest = join(from, '@tensorflow', name, 'package.json')
        const { main } = JSON.parse(await readFile(manifest, 'utf8')) as { main: string }
        await mkdir(join(to, '@tensorflow', name, 'dist'), { recursive: true })
        for (const file of ['package.json', main])
          await cp(join(from, '@tensorflow', name, file), join(to, '@tensorflow', name, file))
      }
      const others = (await readdir(from)).filter(name => name !== '@tensorflow' && !name.startsWith('.'))
      await Promise.all(others.map(name => symlink(join(from, name), join(to, name), 'junction')))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    it('and the backend is loaded from ours', () =>
      expectTrained(`import * as tf from '@tensorflow/tfjs'; import '${backend}'`, folder))

    it('and the backend comes first', () =>
      expectTrained(`import '${backend}'; import * as tf from '@tensorflow/tfjs'`, folder))
  })
})
