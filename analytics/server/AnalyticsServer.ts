import { once } from 'node:events'
import { mkdir, readFile, statfs } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import { Engine, type EngineResult } from './engine/Engine.ts'
import { readRequest } from './request/readRequest.ts'
import { compress } from './response/compress.ts'
import { contentType } from './response/contentType.ts'
import { describeError } from './response/describeError.ts'
import { httpStatus } from './response/httpStatus.ts'

/** The embedded ClickHouse cannot start. */
export class AnalyticsServerError extends TributaryError {}

/** Where the server keeps its data and where it listens. */
export interface AnalyticsServerOptions {
  /** Directory that this server alone owns; made where it is missing. */
  folder: string
  host: string
  /** 0 takes any free port. */
  port: number
  /** Bytes that the folder's disk has left. */
  freeBytes?: () => Promise<number>
}

/** A predecessor that was killed lets go of the folder within moments; one that lives does not. */
const LONGEST_WAIT_FOR_FOLDER_MS = 10_000

/**
 * chDB behind the ClickHouse HTTP protocol. One server owns its folder; a process holds one
 * server at a time, since chDB knows one folder a process.
 *
 * @example
 * const server = new AnalyticsServer({ folder: '.tributary/clickhouse', host: '127.0.0.1', port: 0 })
 * await server.start()
 * const client = createClient({ url: server.url })
 */
export class AnalyticsServer {
  readonly #options: AnalyticsServerOptions
  readonly #http: Server
  #engine: Engine | null = null
  #running = 0

  constructor(options: AnalyticsServerOptions) {
    this.#options = options
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch((error) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)))
      })
    })
    // Clients keep their sockets for reuse; a server that closes one first breaks a request.
    this.#http.keepAliveTimeout = 65_000
  }

  /** `http://host:port` once the server has started. */
  get url(): string {
    return `http://${this.#options.host}:${(this.#http.address() as AddressInfo).port}`
  }

  /**
   * Listens, then opens the data folder; `/health` answers 503 in between.
   *
   * @throws AnalyticsServerError where the port or the folder is taken
   */
  async start(): Promise<void> {
    const { folder, host, port } = this.#options
    try {
      await mkdir(folder, { recursive: true })
      this.#http.listen(port, host)
      await once(this.#http, 'listening')
    } catch (error) {
      throw new AnalyticsServerError(`cannot serve ${folder} on ${host}:${port}: ${error}`, {
        code: 'analytics_start',
        hint: 'Free the port, or set CLICKHOUSE_URL or TRIBUTARY_DATA to another place.',
        cause: error,
      })
    }
    const freeBytes = this.#options.freeBytes ?? (() => bytesLeft(folder))
    const end = Date.now() + LONGEST_WAIT_FOR_FOLDER_MS
    for (let pause = 250; this.#engine === null; pause *= 2) {
      try {
        this.#engine = Engine.open({ folder, freeBytes })
      } catch (error) {
        const owner = await ownerOf(folder)
        if (owner !== null && Date.now() + pause < end) {
          await sleep(pause)
          continue
        }
        await this.stop()
        throw new AnalyticsServerError(
          owner === null
            ? `cannot open ${folder}: ${(error as Error).message.trim()}`
            : `cannot open ${folder}: process ${owner} has it open`,
          {
            code: owner === null ? 'analytics_folder' : 'analytics_folder_taken',
            hint:
              owner === null
                ? 'The line before says why; check the disk and the rights of the folder.'
                : 'Stop that process, or set TRIBUTARY_DATA to another folder.',
            cause: error,
          },
        )
      }
    }
  }

  /** Lets running statements finish, then closes. */
  async stop(): Promise<void> {
    const closed = this.#http.listening ? once(this.#http, 'close') : null
    this.#http.close()
    this.#http.closeIdleConnections()
    while (this.#running > 0) await sleep(10)
    this.#http.closeAllConnections()
    await closed
    this.#engine?.close()
    this.#engine = null
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const engine = this.#engine
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.headers.origin !== undefined) {
      // A page in the operator's browser could otherwise write to a server without passwords.
      return plain(response, 403, 'The embedded ClickHouse does not answer web pages.\n')
    }
    if (url.pathname === '/health') {
      const body = JSON.stringify({ ok: engine !== null, version: engine?.version ?? null })
      return send(response, engine === null ? 503 : 200, 'application/json', body)
    }
    if (engine === null) return plain(response, 503, 'The embedded ClickHouse is starting.\n')
    const isQuery = url.pathname === '/' && (request.method === 'POST' || url.search !== '')
    if (!isQuery) {
      const known = url.pathname === '/ping' || url.pathname === '/'
      return plain(response, known ? 200 : 404, known ? 'Ok.\n' : `No path ${url.pathname}.\n`)
    }
    this.#running += 1
    const left = new AbortController()
    response.once('close', () => left.abort())
    response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? '')
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    response.setHeader('X-ClickHouse-Server-Display-Name', 'tributary')
    try {
      const result = await engine.run(await readRequest(request, url, left.signal))
      const wanted = url.searchParams.get('enable_http_compression') === '1'
      const accepted = wanted ? String(request.headers['accept-encoding'] ?? '') : ''
      const { body, encoding } = await compress(result.body, accepted)
      if (encoding !== null) response.setHeader('Content-Encoding', encoding)
      response.setHeader('X-ClickHouse-Format', result.format)
      response.setHeader('X-ClickHouse-Summary', summary(result))
      send(response, 200, contentType(result.format), body)
    } catch (error) {
      const { code, text } = describeError(error, engine.version)
      response.setHeader('X-ClickHouse-Exception-Code', String(code))
      plain(response, httpStatus(code), text)
    } finally {
      this.#running -= 1
    }
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': length })
  response.end(body)
}

function plain(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=UTF-8', text)
}

function summary(result: EngineResult): string {
  const numbers = {
    read_rows: result.rowsRead,
    read_bytes: result.bytesRead,
    written_rows: result.rowsWritten,
    written_bytes: result.bytesWritten,
    total_rows_to_read: 0,
    result_rows: 0,
    result_bytes: result.body.length,
    elapsed_ns: Math.round(result.elapsedSeconds * 1e9),
  }
  return JSON.stringify(
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
  )
}

/** The living process that has the folder open, by the engine's own note in it. */
async function ownerOf(folder: string): Promise<number | null> {
  const status = await readFile(join(folder, 'status'), 'utf8').catch(() => '')
  const owner = Number(/^PID: (\d+)$/m.exec(status)?.[1])
  if (!(owner > 0) || owner === process.pid) return null
  try {
    process.kill(owner, 0)
    return owner
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? owner : null
  }
}

async function bytesLeft(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
