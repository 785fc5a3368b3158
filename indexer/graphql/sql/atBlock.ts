import type { QueryTable } from '../catalog/catalog.ts'
import type { SqlWriter } from './sqlWriter.ts'

/** The condition that picks the versions of entities that were current at a block. */
export function atBlock(
  table: QueryTable,
  alias: string,
  { block, writer }: { readonly block: number; readonly writer: SqlWriter },
): string {
  const number = writer.parameter(block, 'int4')
  return table.immutable ? `${alias}.block$ <= ${number}` : `${alias}.block_range @> ${number}`
}
