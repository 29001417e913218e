import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import type { PageFiles } from './files.ts'
import type { Markup } from './views/html.js'

/** Nothing but what this server sends: no script in a document, no style, nothing of others, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FOR_EVER = 'public, max-age=31536000, immutable'

/** Answers with a document: asked for again each time, sent only if it is another than the browser has. */
export function respondDocument(c: Context, markup: Markup, status: 200 | 404 | 503 = 200): Response {
  const text = markup.toString()
  const tag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
    vary: 'Accept-Encoding',
    etag: tag,
  }
  if (status === 200 && c.req.header('if-none-match') === tag) return c.body(null, 304, headers)
  if (!acceptsGzip(c)) return c.body(text, status, headers)
  return c.body(gzipSync(text), status, { ...headers, 'content-encoding': 'gzip' })
}

/** Answers with a file that belongs to documents. */
export function respondFile(c: Context, files: PageFiles, build: string, path: string): Response | undefined {
  const file = files.get(path)
  if (file === undefined) return undefined
  const headers = {
    'content-type': file.type,
    // A document of another version of the server: it gets what there is, and must not keep it under that name.
    'cache-control': build === files.build ? FOR_EVER : 'no-store',
    vary: 'Accept-Encoding',
  }
  if (!acceptsGzip(c)) return c.body(file.body, 200, headers)
  return c.body(file.gzipped, 200, { ...headers, 'content-encoding': 'gzip' })
}

const acceptsGzip = (c: Context): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(c.req.header('accept-encoding') ?? '')
