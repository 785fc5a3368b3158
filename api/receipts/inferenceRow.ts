import type { BatchEntryJson } from '@tributary/protocol/batches/batchBody'
import type { AttributeResult } from '@tributary/protocol/messages/attributeJob'
import type { Kysely, Selectable } from 'kysely'
import type { AppDatabase } from '../database/schema.ts'

/** An answer with what has become of it in this gateway's database. */
export interface InferenceRow extends Selectable<AppDatabase['inference']> {
  result: AttributeResult | null
  attributed_at: Date | null
  attribution_error: string | null
  entry: BatchEntryJson | null
  signature: string | null
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Answers by inference number, newest first; `before` and `limit` page through them. */
export async function inferenceRows(
  database: Kysely<AppDatabase>,
  filter: { numbers?: string[]; before?: string; modelId?: string; limit: number },
): Promise<InferenceRow[]> {
  let query = select(database).orderBy('inference.inference_no', 'desc').limit(filter.limit)
  if (filter.numbers) query = query.where('inference.inference_no', 'in', filter.numbers)
  if (filter.before) query = query.where('inference.inference_no', '<', filter.before)
  if (filter.modelId) query = query.where('inference.model_id', '=', filter.modelId)
  return (await query.execute()) as InferenceRow[]
}

/** One answer by its number or its request id; undefined when it is neither or not known. */
export async function inferenceRow(
  database: Kysely<AppDatabase>,
  id: string,
): Promise<InferenceRow | undefined> {
  const query = select(database)
  const row = UUID.test(id)
    ? await query.where('inference.request_id', '=', id.toLowerCase()).executeTakeFirst()
    : /^[0-9]{1,20}$/.test(id)
      ? await query.where('inference.inference_no', '=', id).executeTakeFirst()
      : undefined
  return row as InferenceRow | undefined
}

function select(database: Kysely<AppDatabase>) {
  return database
    .selectFrom('inference')
    .leftJoin('attribution', 'attribution.inference_no', 'inference.inference_no')
    .leftJoin('receipt', 'receipt.inference_no', 'inference.inference_no')
    .selectAll('inference')
    .select([
      'attribution.result',
      'attribution.completed_at as attributed_at',
      'attribution.error as attribution_error',
      'receipt.entry',
      'receipt.signature',
    ])
}
