// A static server for the example page: node examples/browser/serve.js [port]. It does one thing that plain servers do not: it sends the two
// headers without which a browser gives a page no shared memory, and so no worker threads that train together.
// For this machine alone, and for trying things out: no caching, no compression, no TLS.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream'
import { fileURLToPath } from 'node:url'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** What makes a page cross-origin isolated. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** The file that a request means, or null where it leads out of the folder or to nothing. */
async function fileOf(root, url) {
  let path
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
  } catch {
    return null
  }
  const file = resolve(root, `.${path}`, path.endsWith('/') ? 'index.html' : '')
  if (!file.startsWith(root + sep) || path.includes('\0')) return null
  const found = await stat(file).catch(() => null)
  return found?.isFile() ? file : null
}

/**
 * Serves a folder on 127.0.0.1.
 * @param {string} folder
 * @param {{ port?: number, headers?: Record<string, string> }} [options] port 0 (default): any that is free
 * @returns {Promise<{ address: string, close(): Promise<void> }>}
 */
export async function serve(folder, { port = 0, headers = isolation } = {}) {
  const root = resolve(folder)
  const server = createServer(async (request, response) => {
    const file = await fileOf(root, request.url ?? '/')
    if (file === null) {
      response.writeHead(404, headers).end('not found')
      return
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', ...headers })
    // Closes the file too when the page goes away, or cannot be answered.
    pipeline(createReadStream(file), response, () => undefined)
  })
  await new Promise((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise(done => server.close(() => done()))
    },
  }
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const { address } = await serve(join(import.meta.dirname, '../..'), { port: Number(process.argv[2] ?? 8080) })
  console.log(`${address}/examples/browser/`)
}
