import { isCurrent } from '../../layout/currentRows.ts'
import type { QueryTable } from '../catalog/catalog.ts'
import type { ReadPoint } from './readPoint.ts'
import type { SqlWriter } from './sqlWriter.ts'

/** The condition that picks the versions of entities that were current at a block. */
export function atBlock(
  table: QueryTable,
  alias: string,
  { at, writer }: { readonly at: ReadPoint; readonly writer: SqlWriter },
): string {
  if (at.isNewest) return table.immutable ? 'true' : isCurrent(alias)
  const number = writer.parameter(at.block, 'int4')
  return table.immutable ? `${alias}.block$ <= ${number}` : `${alias}.block_range @> ${number}`
}
