import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { ChainError } from '../chain/ChainError.ts'
import type { Heads } from '../chain/chainFacts.ts'
import { GatewayError } from '../gateway/errors.ts'
import type { Parts } from '../http/Parts.ts'
import { SubgraphError } from '../subgraph/subgraphClient.ts'
import { sampleChain } from '../testing/samples.ts'
import { registerGraphql } from './registerGraphql.ts'

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: unknown; extensions: { code: string; hint?: string } }[]
}

describe('POST /graphql', () => {
  let server: FastifyInstance
  let graphql: Awaited<ReturnType<typeof registerGraphql>>
  let parts: () => Parts
  const logged: unknown[][] = []
  const { error: logError } = console

  const working = (changes: Partial<Parts> = {}) =>
    ({
      chain: sampleChain(),
      subgraph: { query: async () => ({ accounts: [], models: [] }) },
      ...changes,
    }) as unknown as Parts

  before(async () => {
    console.error = (...told: unknown[]) => logged.push(told)
    server = fastify({ bodyLimit: 1024 * 1024 })
    const schema = await readFile(join(import.meta.dirname, 'schema.graphql'), 'utf8')
    graphql = await registerGraphql(server, schema, () => parts())
    await server.ready()
  })
  after(async () => {
    console.error = logError
    await server.close()
    await graphql.stop()
  })

  const ask = async (query: string, variables: object = {}) => {
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query, variables },
    })
    return { status: response.statusCode, ...(response.json() as Answer) }
  }
  const onlyError = (answer: Answer) => {
    assert.equal(answer.errors?.length, 1, JSON.stringify(answer))
    return answer.errors?.[0] as NonNullable<Answer['errors']>[number]
  }

  const ACCOUNT = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  const refusals: [string, string, string, RegExp][] = [
    ['a malformed query', '{ stats {', 'GRAPHQL_PARSE_FAILED', /Syntax Error: Expected Name/],
    ['no query at all', '', 'BAD_REQUEST', /non-empty `query`/],
    [
      'an unknown field',
      '{ stats { nonsense } }',
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "nonsense" on type "Stats"/,
    ],
    [
      'an unknown argument',
      '{ models(last: 3) { modelId } }',
      'GRAPHQL_VALIDATION_FAILED',
      /Unknown argument "last"/,
    ],
    [
      'a write',
      'mutation { pay }',
      'GRAPHQL_VALIDATION_FAILED',
      /there are no mutations here, only queries/,
    ],
    [
      'what is no address',
      '{ contributor(address: "0x12") { accountId } }',
      'GRAPHQL_VALIDATION_FAILED',
      /"0x12" is not an address/,
    ],
    [
      'what is no number',
      '{ contributor(id: "1.5") { accountId } }',
      'GRAPHQL_VALIDATION_FAILED',
      /"1\.5" is not a whole number/,
    ],
    [
      'more rows than any page shows',
      `{ contributor(address: "${ACCOUNT}") { inferences(first: 500) { requestId } contributions(first: 50000) { contributionId } } }`,
      'GRAPHQL_VALIDATION_FAILED',
      /could return \d+ rows, more than 50000/,
    ],
    [
      'too many tokens',
      `{ ${'asOf { indexedAt } '.repeat(600)} }`,
      'GRAPHQL_PARSE_FAILED',
      /2000 tokens/,
    ],
  ]
  for (const [what, query, code, message] of refusals) {
    it(`refuses ${what}: 400, and nothing is read`, async () => {
      parts = () => working({ subgraph: { query: () => assert.fail('nothing may be read') } })
      const answer = await ask(query)
      const error = onlyError(answer)
      assert.equal(answer.status, 400, JSON.stringify(answer))
      assert.match(error.message, message)
      assert.equal(error.extensions.code, code)
      assert.equal(answer.data, undefined)
      assert.equal(JSON.stringify(error).includes('node_modules'), false, 'no inside shows')
    })
  }

  it('refuses a query that goes too deep', async () => {
    parts = () => working()
    const nested = (depth: number): string =>
      depth === 0 ? 'name' : `datanets { datanet { models { ${nested(depth - 1)} } } }`
    const answer = await ask(`{ model(id: "1") { ${nested(5)} } }`)
    assert.equal(answer.status, 400)
    const messages = answer.errors?.map(({ message }) => message) ?? []
    assert.ok(
      messages.some((message) => /depth/i.test(message)),
      messages.join('\n'),
    )
  })

  it('answers', async () => {
    parts = () =>
      working({
        subgraph: {
          query: async <T>() =>
            ({ accounts: [{ accountId: '7', payee: ACCOUNT, paid: '5' }] }) as T,
        },
      })
    const query = 'query ($a: Address!) { contributor(address: $a) { accountId payee } }'
    const { status, data } = await ask(query, { a: ACCOUNT.toLowerCase() })
    assert.equal(status, 200)
    assert.deepEqual(data, { contributor: { accountId: '7', payee: ACCOUNT } })
  })

  it('says which page is too large', async () => {
    parts = () => working()
    const error = onlyError(await ask('{ models(first: 501) { modelId } }'))
    assert.equal(error.message, '"first" must be from 1 to 500, but is 501')
    assert.equal(error.extensions.code, 'BAD_USER_INPUT')
  })

  const query = `{ contributor(address: "${ACCOUNT}") { accountId } }`

  it('says what it waits for: 503', async () => {
    parts = () => {
      throw new GatewayError(503, 'starting', 'the API is starting and waits for the database')
    }
    const answer = await ask(query)
    assert.equal(answer.status, 503)
    const error = onlyError(answer)
    assert.equal(error.message, 'the API is starting and waits for the database')
    assert.deepEqual(error.extensions, { code: 'STARTING' })
  })

  it('names a part that is away, with what to do', async () => {
    parts = () =>
      working({
        subgraph: {
          async query() {
            throw new SubgraphError('the subgraph does not answer', {
              code: 'INDEX_UNAVAILABLE',
              hint: 'Ask again.',
            })
          },
        },
      })
    const error = onlyError(await ask(query))
    assert.equal(error.message, 'the subgraph does not answer')
    assert.deepEqual(error.extensions, { code: 'INDEX_UNAVAILABLE', hint: 'Ask again.' })
    assert.deepEqual(error.path, ['contributor'])

    const heads = async (): Promise<Heads> => {
      throw new ChainError('the chain does not answer: connection refused', {
        code: 'CHAIN_UNAVAILABLE',
      })
    }
    parts = () => working({ chain: sampleChain({ heads }) })
    const dead = onlyError(await ask('{ asOf { indexedAt } }'))
    assert.match(dead.message, /the chain does not answer/)
    assert.equal(dead.extensions.code, 'CHAIN_UNAVAILABLE')
  })

  it('keeps its inside to itself when something breaks', async () => {
    logged.length = 0
    parts = () =>
      working({
        subgraph: {
          async query() {
            throw new TypeError('secret of postgres://tributary:tributary@127.0.0.1')
          },
        },
      })
    const answer = await ask(query)
    const error = onlyError(answer)
    assert.equal(error.message, 'this field could not be read')
    assert.deepEqual(error.extensions, { code: 'INTERNAL_SERVER_ERROR' })
    assert.equal(JSON.stringify(answer).includes('secret'), false)
    assert.match(String(logged[0]?.[1]), /secret/, 'the log has it')
  })
})
