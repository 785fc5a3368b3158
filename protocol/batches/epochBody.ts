import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { buildMerkleSumTree, type MerkleSumTree } from '../merkle/merkleSumTree.ts'
import { BatchError } from './batchBody.ts'

/** What lies in the Alt-DA store for one epoch: everybody's earnings since the beginning. */
export interface EpochBody {
  v: 1
  epochId: bigint
  firstBatch: bigint
  lastBatch: bigint
  paramsVersion: number
  /** Wei by account. */
  cumulative: Map<bigint, bigint>
}

/** The tree whose root is posted for an epoch, and from which claims are proved. */
export function epochTree(body: Pick<EpochBody, 'cumulative'>): MerkleSumTree {
  return buildMerkleSumTree(body.cumulative)
}

/** The bytes of an epoch: RFC 8785 JSON, accounts ascending as `[id, wei]` decimal strings. */
export function encodeEpochBody(body: EpochBody): Uint8Array {
  return canonicalBytes({
    v: 1,
    epochId: body.epochId.toString(),
    firstBatch: body.firstBatch.toString(),
    lastBatch: body.lastBatch.toString(),
    paramsVersion: body.paramsVersion,
    cumulative: [...body.cumulative]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, wei]) => [id.toString(), wei.toString()]),
  })
}

/** Reads an epoch from its bytes. */
export function decodeEpochBody(bytes: Uint8Array): EpochBody {
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (json.v !== 1) throw new Error(`version ${json.v} is not known`)
    const accounts: [string, string][] = json.cumulative
    const cumulative = new Map<bigint, bigint>()
    let before = -1n
    for (const [id, wei] of accounts) {
      if (!/^[0-9]+$/.test(id) || !/^[0-9]+$/.test(wei) || BigInt(id) <= before) {
        throw new Error(`account ${id} with ${wei} wei is out of order or not a number`)
      }
      before = BigInt(id)
      cumulative.set(before, BigInt(wei))
    }
    return {
      v: 1,
      epochId: BigInt(json.epochId),
      firstBatch: BigInt(json.firstBatch),
      lastBatch: BigInt(json.lastBatch),
      paramsVersion: json.paramsVersion,
      cumulative,
    }
  } catch (cause) {
    throw new BatchError(
      `epoch is not in its form: ${cause instanceof Error ? cause.message : String(cause)}`,
      { code: 'epoch_form', cause },
    )
  }
}
