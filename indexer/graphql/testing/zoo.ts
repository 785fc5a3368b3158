import pg from 'pg'
import type { Finality } from '../../chain/finality.ts'
import { type RunningServer, startServer } from '../../http/server.ts'
import { createTables } from '../../layout/ddl.ts'
import { parseSchema } from '../../schema/parseSchema.ts'
import { startPostgres, type TestPostgres } from '../../testing/startPostgres.ts'
import type { BlockInfo, Deployment, DeploymentStatus } from '../deployment.ts'
import type { QueryLimits } from '../query/queryLimits.ts'
import { ZOO_SCHEMA } from './zooSchema.ts'

const NAMESPACE = 'sgd1'
export const ZOO_ID = 'QmZooZooZooZooZooZooZooZooZooZooZooZooZooZooZo'
export const ZOO_NAME = 'tests/zoo'
/** Blocks from this one to the head can be queried. */
export const FIRST_BLOCK = 1
export const HEAD_BLOCK = 10

/** Keepers, by the last byte of their ids. */
export const ANN = '0x0a'
export const BOB = '0x0b'
export const CEM = '0x0c'
export const DOT = '0x0d'

/** A served subgraph with rows in real tables, whose chain and errors a test may change. */
export interface Zoo {
  readonly pool: pg.Pool
  readonly server: RunningServer
  /** What the deployment says of itself; tests change it to set a scene. */
  readonly scene: Scene
  /** Sends a query and returns the parsed answer. */
  ask(query: string, variables?: object): Promise<{ data?: unknown; errors?: unknown[] }>
  stop(): Promise<void>
}

export interface Scene {
  head: BlockInfo | null
  /** Overrides of single hashes, as a reorg would make them. */
  hashes: Map<number, string>
  errorsFrom: number | null
  status: DeploymentStatus
  finality: Finality | null
  /** Null has queries look up the head's block. */
  revision: () => number | null
}

export function blockHash(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`
}

export function block(number: number): BlockInfo {
  return {
    number,
    hash: blockHash(number),
    parentHash: blockHash(number - 1),
    timestamp: 1_700_000_000 + number * 2,
  }
}

export async function startZoo(limits: Partial<QueryLimits> = {}): Promise<Zoo> {
  const postgres = await startPostgres()
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 })
  // Idle connections hear that the server goes, when a test ends.
  pool.on('error', () => {})
  const model = parseSchema(ZOO_SCHEMA)
  await pool.query('create extension btree_gist')
  await pool.query(`create schema ${NAMESPACE}`)
  for (const statement of createTables(model, NAMESPACE)) await pool.query(statement)
  await pool.query(ROWS)
  await pool.query(
    `create table ${NAMESPACE}.newest as select '\\x${blockHash(HEAD_BLOCK).slice(2)}'::bytea as hash`,
  )
  const scene: Scene = {
    head: block(HEAD_BLOCK),
    hashes: new Map(),
    errorsFrom: null,
    finality: null,
    revision: () => null,
    status: {
      health: 'healthy',
      synced: true,
      fatalError: null,
      nonFatalErrors: [],
      network: 'optimism',
      chainHead: block(12),
      node: 'default',
      paused: false,
    },
  }
  const hashOf = (number: number) => scene.hashes.get(number) ?? blockHash(number)
  const deployment: Deployment = {
    id: ZOO_ID,
    names: new Set([ZOO_NAME]),
    model,
    sdl: ZOO_SCHEMA,
    namespace: NAMESPACE,
    pool,
    earliestBlock: FIRST_BLOCK,
    headBlock: async () => scene.head,
    newestHashSql: `(select hash from ${NAMESPACE}.newest)`,
    // Takes a connection, as a deployment that keeps its blocks in the store does.
    blockHash: async (number) => {
      await pool.query('select 1')
      return hashOf(number)
    },
    blockByHash: async (hash) => {
      for (let number = 0; number <= 20; number++) if (hashOf(number) === hash) return number
      return null
    },
    blockInfo: async (number) => block(number),
    hasIndexingErrors: async (number) => scene.errorsFrom !== null && number >= scene.errorsFrom,
    revision: () => scene.revision(),
    finality: () => scene.finality,
    status: async () => scene.status,
    entityCount: async () => '21',
    features: {
      apiVersion: '0.0.9',
      specVersion: '1.3.0',
      features: ['fullTextSearch', 'aggregations', 'immutableEntities', 'bytesAsIds'],
      dataSources: ['ethereum/contract'],
      handlers: ['event'],
      network: 'optimism',
    },
    historyBlocks: 2147483647,
    chainBlockHash: async (number) => (number > 12 ? null : hashOf(number)),
    proofOfIndexing: async ({ number, hash }, indexer) => {
      return number > HEAD_BLOCK ? null : `0x${hash.slice(-4)}${(indexer ?? '').slice(-4)}`
    },
  }
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    deployments: () => [deployment],
    limits,
  })
  return { pool, server, scene, ask: asker(server), stop: stopper(server, pool, postgres) }
}

function asker(server: RunningServer): Zoo['ask'] {
  return async (query, variables) => {
    const response = await fetch(`${server.url}/subgraphs/name/${ZOO_NAME}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as { data?: unknown; errors?: unknown[] }
  }
}

function stopper(server: RunningServer, pool: pg.Pool, postgres: TestPostgres) {
  return async () => {
    await server.close()
    await pool.end()
    await postgres.stop()
  }
}

/**
 * Ann changes at block 5, Dot goes at block 8. Ann has all values, Bob others, Cem none that may
 * be missing.
 */
const ROWS = `
insert into sgd1.account (vid, block_range, id, name, color, age, big, dec, flag, at, num, data,
                          tags, colors, amounts, hashes, parent, friends) values
  (1, '[1,5)', '\\x0a', 'Ann', 'yellow', 29, 7, 0.5, true, 'epoch', 1, '\\x01', '{}', null, null, null, null, '{}'),
  (2, '[5,)', '\\x0a', 'Anna', 'red', 30, 115792089237316195423570985008687907853269984665640564039457584007913129639935,
      -12.3400, true, '2023-11-14 22:13:20.123456+00', 9007199254740993, '\\xdeadbeef',
      '{big,"with space",100%}', '{red,BLUE}', '{1,20,300}', '{"\\\\x01","\\\\xff00"}', '\\x0b', '{"\\\\x0c","\\\\x0b"}'),
  (3, '[2,)', '\\x0b', 'Bob', 'BLUE', 41, -5, 1000000, false, '2023-11-14 22:13:21+00', -3, '\\x00',
      '{small,big}', '{}', '{20}', '{}', null, '{"\\\\x0a"}'),
  (4, '[3,)', '\\x0c', 'cem_x', null, null, null, null, null, null, null, null, '{}', null, null, null, '\\x0a', '{}'),
  (5, '[3,8)', '\\x0d', 'Dot', 'red', 30, 0, 0, null, null, 0, '\\x', '{}', null, null, null, null, '{}');
insert into sgd1.token (vid, block$, id, owner, symbol, amount) values
  (1, 2, 't1', '\\x0a', 'AAA', 10),
  (2, 3, 't2', '\\x0a', 'BBB', 5),
  (3, 4, 't3', '\\x0a', 'CCC', 10),
  (4, 6, 't4', '\\x0b', 'AAA', 1),
  (5, 9, 't5', '\\x0b', 'DDD', 2);
insert into sgd1.profile (vid, block_range, id, account, bio) values
  (1, '[1,)', 'p1', '\\x0a', 'likes animals'),
  (2, '[1,)', 'p2', '\\x0b', null),
  (3, '[9,)', 'p3', '\\x0b', 'twice');
insert into sgd1.dog (vid, block_range, id, name, owner, barks) values
  (1, '[1,)', 'd1', 'Rex', '\\x0a', 3),
  (2, '[1,)', 'd2', 'Ace', '\\x0b', 1);
insert into sgd1.cat (vid, block$, id, name, owner, lives) values
  (1, 1, 'c1', 'Mia', '\\x0a', 9),
  (2, 7, 'c2', 'Tom', '\\x0a', 7);
insert into sgd1.home (vid, block_range, id, favourite, inhabitants) values
  (1, '[1,)', 'h1', 'c1', '{d1,c2,c1}'),
  (2, '[1,)', 'h2', 'd2', '{}'),
  (3, '[1,)', 'h3', null, '{gone}');
insert into sgd1.article (vid, block_range, id, title, body) values
  (1, '[1,)', 'a1', 'Otters', 'They hold hands'),
  (2, '[1,)', 'a2', 'Hands', 'hands and more hands');
insert into sgd1.takings_hour (block$, id, timestamp, keeper, total) values
  (2, 11, '2023-11-14 22:00:00+00', '\\x0a', 1.50),
  (6, 12, '2023-11-14 23:00:00+00', '\\x0a', 2),
  (6, 13, '2023-11-14 23:00:00+00', '\\x0b', 3);
insert into sgd1.takings_day (block$, id, timestamp, keeper, total) values
  (6, 13, '2023-11-14 00:00:00+00', '\\x0a', 3.5);
insert into sgd1.visit (vid, block$, id, timestamp, keeper, price) values
  (1, 2, 1, '2023-11-13 10:00:00+00', '\\x0a', 4),
  (2, 6, 2, '2023-11-14 22:00:00+00', '\\x0a', 1.5),
  (3, 7, 3, '2023-11-15 00:00:00+00', '\\x0a', 7),
  (4, 8, 4, '2023-11-15 00:30:00+00', '\\x0b', 0.25),
  (5, 9, 5, '2023-11-15 00:40:00+00', '\\x0a', 3);
insert into sgd1.ledger_day (block$, id, timestamp, visits, now, sum, most, least, opened, closed, begun) values
  (6, 1, '2023-11-13 00:00:00+00', 1, 1, 8, 4, 4, 4, 4, 4),
  (7, 2, '2023-11-14 00:00:00+00', 2, 1, 11, 4, 1.5, 4, 1.5, 1.5);
`
