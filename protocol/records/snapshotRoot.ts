import { getBytes, keccak256 } from 'ethers'
import { ByteWriter } from '../encoding/byteWriter.ts'
import { merkleRoot } from '../merkle/merkleTree.ts'

/** A contribution as the chain told of it. */
export interface SnapshotContribution {
  contributionId: bigint
  firstRecordNo: bigint
  records: number
  contentRoot: string
}

/** A Datanet as it stood when a model was trained on it. */
export interface Snapshot {
  datanetId: bigint
  /** See {@link snapshotRoot}. */
  snapshotRoot: string
  /** The last record number that belongs to it. */
  lastRecordNo: bigint
}

/**
 * Merkle root over a Datanet's contributions in the order of their ids:
 * `leaf = keccak256(0x00 ‖ u64 contributionId ‖ u64 firstRecordNo ‖ u32 records ‖ contentRoot)`.
 */
export function snapshotRoot(contributions: readonly SnapshotContribution[]): string {
  return merkleRoot(
    [...contributions]
      .sort((one, other) => (one.contributionId < other.contributionId ? -1 : 1))
      .map(({ contributionId, firstRecordNo, records, contentRoot }) =>
        keccak256(
          new ByteWriter(53)
            .u8(0)
            .u64(contributionId)
            .u64(firstRecordNo)
            .u32(records)
            .raw(getBytes(contentRoot))
            .bytes(),
        ),
      ),
  )
}

/**
 * Merkle root over a model's snapshots in the order of their Datanets, as a receipt binds it:
 * `leaf = keccak256(0x00 ‖ u64 datanetId ‖ snapshotRoot ‖ u64 lastRecordNo)`; 32 zero bytes
 * for a model without snapshots.
 */
export function snapshotsRoot(snapshots: readonly Snapshot[]): string {
  return merkleRoot(
    [...snapshots]
      .sort((one, other) => (one.datanetId < other.datanetId ? -1 : 1))
      .map((snapshot) =>
        keccak256(
          new ByteWriter(49)
            .u8(0)
            .u64(snapshot.datanetId)
            .raw(getBytes(snapshot.snapshotRoot))
            .u64(snapshot.lastRecordNo)
            .bytes(),
        ),
      ),
  )
}
