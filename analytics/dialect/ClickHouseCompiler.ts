import {
  type CompiledQuery,
  DefaultQueryCompiler,
  type QueryId,
  type RootOperationNode,
} from 'kysely'
import { AnalyticsError } from '../client/AnalyticsError.ts'
import { QueryValue } from './QueryValue.ts'

/** Compiles Kysely's queries to ClickHouse SQL with typed server-side parameters. */
export class ClickHouseCompiler extends DefaultQueryCompiler {
  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    if (node.kind !== 'SelectQueryNode' && node.kind !== 'RawNode') {
      throw new AnalyticsError(`${node.kind} is no query`, {
        code: 'analytics_dialect',
        hint: 'Write rows with insertOnce and tables with a migration.',
      })
    }
    return super.compileQuery(node, queryId)
  }

  protected override appendValue(value: unknown): void {
    if (!(value instanceof QueryValue)) {
      throw new AnalyticsError(`a query holds the value ${String(value)} without a type`, {
        code: 'analytics_dialect',
        hint: 'Tag it, for example ch.u64(5n) or ch.text(name).',
      })
    }
    const name = `p${this.numParameters}`
    this.addParameter(value)
    this.append(`{${name}:${value.type}}`)
  }

  protected override getLeftIdentifierWrapper(): string {
    return '`'
  }

  protected override getRightIdentifierWrapper(): string {
    return '`'
  }

  // ClickHouse reads backslashes inside of quotes, standard SQL does not.
  protected override sanitizeIdentifier(identifier: string): string {
    return identifier.replace(/[\\`]/g, '\\$&')
  }

  protected override sanitizeStringLiteral(value: string): string {
    return value.replace(/[\\']/g, '\\$&')
  }
}
