import type { IncomingMessage } from 'node:http'
import type { EngineRequest } from '../engine/Engine.ts'
import { ServerException } from '../exception.ts'
import { readBody } from './readBody.ts'

/** Parameters of the HTTP protocol that are no settings and change nothing here. */
const IGNORED = new Set([
  'add_http_cors_header',
  'buffer_size',
  'cancel_http_readonly_queries_on_client_close',
  'client_protocol_version',
  'enable_http_compression',
  'http_headers_progress_interval_ms',
  'http_zlib_compression_level',
  'password',
  'query_id',
  'quota_key',
  'send_progress_in_http_headers',
  'user',
  'wait_end_of_query',
])

/** What chDB cannot do; to run without it silently would be worse than to say so. */
const REFUSED = new Set(['compress', 'decompress', 'role', 'session_id', 'session_timeout'])

/**
 * Reads what a client of the ClickHouse HTTP protocol wants run. The statement comes in the URL
 * (`query`), in the body, or begins in the one and goes on in the other; a multipart body holds
 * `query` and `param_*` as its fields.
 */
export async function readRequest(
  request: IncomingMessage,
  url: URL,
  signal: AbortSignal,
): Promise<EngineRequest> {
  const fields = new Map(url.searchParams)
  let body = await readBody(request)
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) {
    const headers = { 'content-type': type }
    const form = await new Response(new Uint8Array(body), { headers }).formData()
    for (const [name, value] of form) fields.set(name, value as string)
    body = Buffer.of()
  }
  const params = new Map<string, string>()
  const settings = new Map<string, string>()
  const formatHeader = request.headers['x-clickhouse-format']
  const databaseHeader = request.headers['x-clickhouse-database']
  let sql: string | null = null
  let database = typeof databaseHeader === 'string' ? databaseHeader : null
  let defaultFormat = typeof formatHeader === 'string' ? formatHeader : 'TabSeparated'
  let readonly = request.method !== 'POST'
  for (const [name, value] of fields) {
    if (name === 'query') sql = value
    else if (name === 'database') database = value
    else if (name === 'default_format') defaultFormat = value
    else if (name === 'readonly') readonly ||= value !== '0'
    else if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else if (REFUSED.has(name) && value !== '0') throw unsupported(name)
    else if (!IGNORED.has(name) && !REFUSED.has(name)) settings.set(name, value)
  }
  const inBody = sql === null || sql.trim() === ''
  return {
    sql: inBody ? body.toString() : (sql as string),
    data: inBody || body.length === 0 ? null : body,
    params,
    settings,
    database,
    defaultFormat,
    readonly,
    signal,
  }
}

function unsupported(name: string): ServerException {
  return new ServerException(
    'NOT_IMPLEMENTED',
    `The parameter ${name} is not supported by the embedded server`,
  )
}
