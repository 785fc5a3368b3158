import type { Snapshot } from '../records/snapshotRoot.ts'
import { HASH, INTEGER, type Message, type Schema } from './schema.ts'

/** A snapshot in messages. */
export const SNAPSHOT = {
  type: 'object',
  required: ['datanetId', 'snapshotRoot', 'lastRecordNo'],
  additionalProperties: false,
  properties: { datanetId: INTEGER, snapshotRoot: HASH, lastRecordNo: INTEGER },
} as const satisfies Schema

/** A snapshot as it stands in JSON. */
export type SnapshotJson = Message<typeof SNAPSHOT>

/** A snapshot from JSON. */
export function snapshotFromJson(json: SnapshotJson): Snapshot {
  return {
    datanetId: BigInt(json.datanetId),
    snapshotRoot: json.snapshotRoot,
    lastRecordNo: BigInt(json.lastRecordNo),
  }
}

/** A snapshot as JSON. */
export function snapshotToJson(snapshot: Snapshot): SnapshotJson {
  return {
    datanetId: snapshot.datanetId.toString(),
    snapshotRoot: snapshot.snapshotRoot,
    lastRecordNo: snapshot.lastRecordNo.toString(),
  }
}
