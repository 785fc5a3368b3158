import type { Heads } from '../chain/chainFacts.ts'
import type { Parts } from '../http/Parts.ts'
import { type AsOf, readAsOf } from './asOf.ts'
import { createLoaders, type Loaders } from './loaders/createLoaders.ts'

/** What the resolvers of one request share. */
export interface Context {
  parts: Parts
  loaders: Loaders
  heads: () => Promise<Heads>
  asOf: () => Promise<AsOf>
}

export function createContext(parts: Parts): Context {
  const heads = once(() => parts.chain.heads())
  return {
    parts,
    loaders: createLoaders(parts),
    heads,
    asOf: once(async () => readAsOf(parts, await heads())),
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined
  return () => {
    value ??= read()
    return value
  }
}
