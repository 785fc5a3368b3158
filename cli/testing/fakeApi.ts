import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { sha256 } from 'ethers'

/** An API of the test's own: a content store that checks hashes, and answers set by path. */
export interface FakeApi {
  url: string
  /** Bodies by 0x-hash, salts by leaf. */
  content: Map<string, Uint8Array>
  salts: Map<string, Uint8Array>
  /** JSON by path and query. */
  answers: Map<string, unknown>
  /** What `POST` sends back, by path; it sees the request's JSON and authorization. */
  posts: Map<
    string,
    (body: Record<string, unknown>, key: string) => { status: number; text: string }
  >
  stop(): Promise<void>
}

/** Starts it on a free port. */
export async function startFakeApi(): Promise<FakeApi> {
  const content = new Map<string, Uint8Array>()
  const salts = new Map<string, Uint8Array>()
  const answers = new Map<string, unknown>()
  const posts: FakeApi['posts'] = new Map()
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const body = await bodyOf(request)
    const stored = /^\/v1\/content\/(salts\/)?(0x[0-9a-f]{64})$/.exec(path)
    if (stored !== null) {
      const [, isSalt, hash = ''] = stored
      const store = isSalt ? salts : content
      if (request.method === 'PUT') {
        if (!isSalt && sha256(body) !== hash) return send(response, 400, refusal('store_hash'))
        store.set(hash, body)
        return send(response, 201, '{}')
      }
      const found = store.get(hash)
      return found === undefined
        ? send(response, 404, refusal('store_missing'))
        : send(response, 200, found)
    }
    const post = posts.get(path)
    if (request.method === 'POST' && post !== undefined) {
      const { status, text } = post(
        JSON.parse(new TextDecoder().decode(body)),
        request.headers.authorization ?? '',
      )
      return send(response, status, text)
    }
    const answer = answers.get(path)
    return answer === undefined
      ? send(response, 404, refusal('not_found'))
      : send(response, 200, JSON.stringify(answer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    content,
    salts,
    answers,
    posts,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The form of the API's errors. */
export function refusal(code: string, message = `refused: ${code}`): string {
  return JSON.stringify({ error: { code, message } })
}

function send(response: ServerResponse, status: number, body: string | Uint8Array): void {
  response.writeHead(status).end(body)
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
