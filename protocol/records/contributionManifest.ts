import { type BytesLike, sha256 } from 'ethers'
import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { merkleRoot } from '../merkle/merkleTree.ts'
import { MAX_RECORD_BYTES, type NamedRecord, RecordError } from './canonicalRecord.ts'
import { recordLeaf } from './recordLeaf.ts'

/** One record of a contribution, as its manifest lists it. */
export interface ManifestRecord {
  recordId: string
  byteLength: number
  leaf: string
}

/** What a contribution holds, in the order of its record numbers. */
export interface ContributionManifest {
  v: 1
  records: ManifestRecord[]
}

/** A contribution ready for the content store and the chain. */
export interface Contribution {
  manifest: ContributionManifest
  /** RFC 8785 JSON of the manifest. */
  bytes: Uint8Array
  /** sha256 of the bytes. */
  manifestHash: string
  /** Merkle root over the leaves. */
  contentRoot: string
  /** Bytes of all records together. */
  bytesTotal: bigint
}

/**
 * Puts records into one contribution.
 *
 * @param salts 32 random bytes a record
 * @example
 * const { manifestHash, contentRoot } = buildContribution([canonicalRecord(input)], [randomBytes(32)])
 */
export function buildContribution(
  records: readonly Pick<NamedRecord, 'recordId' | 'bytes'>[],
  salts: readonly BytesLike[],
): Contribution {
  if (records.length !== salts.length) {
    throw new RecordError(`${records.length} records came with ${salts.length} salts`, {
      code: 'contribution_salts',
    })
  }
  const manifest: ContributionManifest = {
    v: 1,
    records: records.map(({ recordId, bytes }, at) => ({
      recordId,
      byteLength: bytes.length,
      leaf: recordLeaf(salts[at] as BytesLike, recordId, bytes.length),
    })),
  }
  checkManifest(manifest)
  const bytes = canonicalBytes(manifest)
  return { manifest, bytes, manifestHash: sha256(bytes), ...contributionTotals(manifest) }
}

/** What the chain must say about a contribution with this manifest. */
export function contributionTotals(manifest: ContributionManifest): {
  contentRoot: string
  bytesTotal: bigint
} {
  return {
    contentRoot: merkleRoot(manifest.records.map(({ leaf }) => leaf)),
    bytesTotal: manifest.records.reduce((sum, { byteLength }) => sum + BigInt(byteLength), 0n),
  }
}

/** Reads a manifest from its bytes. */
export function readContributionManifest(bytes: Uint8Array): ContributionManifest {
  let manifest: ContributionManifest
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new RecordError('contribution manifest is not JSON in UTF-8', {
      code: 'contribution_encoding',
      cause,
    })
  }
  checkManifest(manifest)
  return manifest
}

function checkManifest(manifest: ContributionManifest): void {
  if (manifest?.v !== 1 || !Array.isArray(manifest.records)) {
    throw new RecordError('contribution manifest is not {"v":1,"records":[…]}', {
      code: 'contribution_form',
    })
  }
  if (manifest.records.length === 0) {
    throw new RecordError('contribution holds no record', {
      code: 'contribution_empty',
      hint: 'Give at least one file with text in it.',
    })
  }
  const seen = new Set<string>()
  manifest.records.forEach(({ recordId, byteLength, leaf }, at) => {
    const isHash = (value: unknown) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)
    const isLength =
      Number.isInteger(byteLength) && byteLength > 0 && byteLength <= MAX_RECORD_BYTES
    if (!isHash(recordId) || !isHash(leaf) || !isLength) {
      throw new RecordError(`record ${at} of the contribution is not listed in its form`, {
        code: 'contribution_form',
      })
    }
    if (seen.has(recordId)) {
      throw new RecordError(`contribution holds record ${recordId} twice`, {
        code: 'contribution_duplicate',
        hint: 'Leave out the copy; a repeated record earns nothing.',
      })
    }
    seen.add(recordId)
  })
}
