import { proofType } from '../layout/proofTable.ts'
import type { EventStream } from '../poi/eventStream.ts'
import { causalityRegion } from '../poi/proofOfIndexing.ts'
import type { EntityModel } from '../schema/entityModel.ts'
import type { CurrentEntities } from '../store/currentEntities.ts'
import type { EntityChange } from '../store/entityChange.ts'
import { entityKey } from '../store/entityKey.ts'
import { Int8, type StoreValue } from '../values/storeValue.ts'

/**
 * What a block's events change in the stored proof of indexing.
 *
 * @param time of the block in seconds.
 */
export async function proofChange(
  model: EntityModel,
  network: string,
  current: CurrentEntities,
  block: { readonly number: number; readonly timestamp: bigint },
  events: EventStream,
): Promise<EntityChange> {
  const type = proofType(model)
  const key = entityKey(type, causalityRegion(network))
  if (current.get(key) === undefined) await current.load([key])
  const before = current.get(key) ?? null
  const digest = events.finish((before?.get('digest') as Uint8Array | undefined) ?? null)
  const data = new Map<string, StoreValue>([
    ['id', key.id],
    ['digest', digest],
  ])
  if (type.fields.length > data.size) data.set('blockTime', new Int8(block.timestamp))
  const kind = before === null ? 'insert' : 'overwrite'
  return { kind, key, data, vid: BigInt(block.number) << 32n }
}
