import { type BatchBodyJson, batchBodyFromJson } from '@tributary/protocol/batches/batchBody'
import { readPublicIndex } from '@tributary/protocol/messages/publicIndex'
import type { ReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { byteLevelBpe } from '@tributary/protocol/verify/byteLevelBpe'
import { readPublicSegment } from '@tributary/protocol/verify/publicSegment'
import type { PublicFacts } from '@tributary/protocol/verify/verifyReceipt'
import type { Api } from '../http/api.ts'
import { readContent } from '../http/content.ts'

/** Reads what anybody can fetch about a receipt: its batch, and what its token path rests on. */
export async function readPublicFacts(
  api: Pick<Api, 'find' | 'bytes'>,
  bundle: ReceiptBundle,
): Promise<PublicFacts> {
  const [batch, tokenPath] = await Promise.all([readBatch(api, bundle), readTokens(api, bundle)])
  return { batch, tokenPath }
}

async function readBatch(
  api: Pick<Api, 'find'>,
  { batch }: ReceiptBundle,
): Promise<PublicFacts['batch']> {
  if (batch === null) return null
  const json = await api.find(`/v1/batches/${batch.serviceId}/${batch.batchId}`)
  return json === null ? null : batchBodyFromJson(json as BatchBodyJson)
}

async function readTokens(
  api: Pick<Api, 'find' | 'bytes'>,
  { answer, snapshots }: ReceiptBundle,
): Promise<PublicFacts['tokenPath']> {
  if (answer === undefined) return { missing: 'the answer is private' }
  const records = new Map<bigint, ArrayLike<number>>()
  const clusterOf = new Map<bigint, bigint>()
  const tokenizers = new Set<string>()
  for (const { datanetId, lastRecordNo } of snapshots) {
    const index = await api.find(`/v1/index/segments?datanetId=${datanetId}`)
    if (index === null) return { missing: `the index of Datanet ${datanetId} is not public` }
    const { segments, clusters } = readPublicIndex(index)
    for (const { recordNo, clusterId } of clusters)
      clusterOf.set(BigInt(recordNo), BigInt(clusterId))
    for (const { tokenizerHash, manifestHash } of segments) {
      tokenizers.add(tokenizerHash)
      const blob = await readContent(api, manifestHash)
      if (blob === null) return { missing: `token segment ${manifestHash} is not public` }
      for (const [recordNo, tokens] of readPublicSegment(blob).records) {
        if (recordNo <= BigInt(lastRecordNo)) records.set(recordNo, tokens)
      }
    }
  }
  if (records.size === 0) return { missing: 'the model was trained on no Datanet' }
  const [tokenizerHash, another] = tokenizers
  if (tokenizerHash === undefined || another !== undefined) {
    return { missing: `the records were indexed with ${tokenizers.size} tokenizers` }
  }
  const tokenizer = await readContent(api, tokenizerHash)
  if (tokenizer === null) return { missing: `tokenizer ${tokenizerHash} is not public` }
  return { records, clusterOf, tokenize: byteLevelBpe(new TextDecoder().decode(tokenizer)) }
}
