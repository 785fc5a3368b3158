import type { Upload } from '../../testing/graphNode/uploadOf.ts'
import type { GeneratedQuery } from '../queries/generatedQuery.ts'

/** A running subgraph host, as its users see it. */
export interface ParityHost {
  /** @param build what `graph build` wrote. @returns the deployment's id. */
  deploy(name: string, build: string): Promise<string>
  /** Deploys an upload over JSON-RPC and removes it again. @returns the error, or null. */
  refusal(upload: Upload): Promise<unknown>
  /** Answers a query with the response's body, or null where the host dropped the connection. */
  query(id: string, query: GeneratedQuery): Promise<string | null>
  /** Answers a query of the index-node route with its data. */
  status<Data>(query: string): Promise<Data>
  stop(): Promise<void>
}
