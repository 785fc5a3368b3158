import { sha256 } from 'ethers'
import { canonicalBytes } from '../encoding/canonicalJson.ts'
import { TributaryError } from '../errors/tributaryError.ts'

/** Evidence contradicts itself or is not in its stored form. */
export class EvidenceError extends TributaryError {}

/** Rows that are kept of one path at most; the rest is left out, smallest first. */
export const MAX_EVIDENCE_ROWS = 1024

/** One cluster that holds a span. */
export interface SpanCluster {
  clusterId: bigint
  accountId: bigint
  /** The record in which the span was found. */
  recordNo: bigint
}

/** A maximal run of answer tokens that stands in the model's Datanets word for word. */
export interface TokenSpan {
  /** First token, counted from 0 in the answer. */
  start: number
  /** Number of tokens. */
  len: number
  /** Bits above chance in 1/65536 bit: Σ −log2 p(token) − log2 N; may be negative. */
  bits: number
  /** Number of clusters that hold it, over all candidates. */
  df: number
  /** Those clusters, by clusterId; fewer than `df` where the rows were capped. */
  clusters: SpanCluster[]
}

/** What one record did to the answer, by gradients. */
export interface GradientScore {
  recordNo: bigint
  clusterId: bigint
  accountId: bigint
  /** Fixed point, 1e-9 units; negative where the record spoke against the answer. */
  score: bigint
}

/** All that was found, before any governed threshold; null where a path did not run. */
export interface Evidence {
  v: 1
  token: TokenSpan[] | null
  gradient: GradientScore[] | null
}

/** The JSON form of evidence: bigints as decimal strings. */
export interface EvidenceJson {
  v: 1
  token:
    | {
        start: number
        len: number
        bits: number
        df: number
        clusters: { clusterId: string; accountId: string; recordNo: string }[]
      }[]
    | null
  gradient: { recordNo: string; clusterId: string; accountId: string; score: string }[] | null
}

/** Evidence in its stored JSON form. */
export function evidenceToJson(evidence: Evidence): EvidenceJson {
  return {
    v: 1,
    token:
      evidence.token?.map((span) => ({
        start: span.start,
        len: span.len,
        bits: span.bits,
        df: span.df,
        clusters: span.clusters.map((cluster) => ({
          clusterId: cluster.clusterId.toString(),
          accountId: cluster.accountId.toString(),
          recordNo: cluster.recordNo.toString(),
        })),
      })) ?? null,
    gradient:
      evidence.gradient?.map((row) => ({
        recordNo: row.recordNo.toString(),
        clusterId: row.clusterId.toString(),
        accountId: row.accountId.toString(),
        score: row.score.toString(),
      })) ?? null,
  }
}

/** Reads evidence from its JSON form and checks it. */
export function evidenceFromJson(json: EvidenceJson): Evidence {
  let evidence: Evidence
  try {
    evidence = {
      v: json.v,
      token:
        json.token?.map((span) => ({
          start: span.start,
          len: span.len,
          bits: span.bits,
          df: span.df,
          clusters: span.clusters.map((cluster) => ({
            clusterId: readId(cluster.clusterId),
            accountId: readId(cluster.accountId),
            recordNo: readId(cluster.recordNo),
          })),
        })) ?? null,
      gradient:
        json.gradient?.map((row) => ({
          recordNo: readId(row.recordNo),
          clusterId: readId(row.clusterId),
          accountId: readId(row.accountId),
          score: readInteger(row.score),
        })) ?? null,
    }
  } catch (cause) {
    if (cause instanceof EvidenceError) throw cause
    throw new EvidenceError('evidence is not in its stored form', {
      code: 'evidence_form',
      cause,
    })
  }
  checkEvidence(evidence)
  return evidence
}

/** The bytes under which evidence is stored: RFC 8785 JSON. */
export function evidenceBytes(evidence: Evidence): Uint8Array {
  checkEvidence(evidence)
  return canonicalBytes(evidenceToJson(evidence))
}

/** SHA-256 of {@link evidenceBytes}, 0x-hex: the receipt's evidenceRoot. */
export function evidenceRoot(evidence: Evidence): string {
  return sha256(evidenceBytes(evidence))
}

/** Refuses evidence from which no payment can be computed. */
export function checkEvidence(evidence: Evidence): void {
  if (evidence.v !== 1) fail(`version ${evidence.v} is not known`)
  let tokenRows = 0
  for (const span of evidence.token ?? []) {
    const where = `span at token ${span.start}`
    if (!isCount(span.start) || !isCount(span.len) || span.len === 0) {
      fail(`${where} has length ${span.len}`)
    }
    if (!Number.isSafeInteger(span.bits)) fail(`${where} has ${span.bits} bits, not an integer`)
    if (!isCount(span.df) || span.df === 0 || span.clusters.length > span.df) {
      fail(`${where} lists ${span.clusters.length} clusters of ${span.df}`)
    }
    tokenRows += Math.max(1, span.clusters.length)
    let previous = 0n
    for (const cluster of span.clusters) {
      checkIds(where, cluster.clusterId, cluster.accountId, cluster.recordNo)
      if (cluster.clusterId <= previous) fail(`${where} lists its clusters out of order`)
      previous = cluster.clusterId
    }
  }
  let previous = 0n
  for (const row of evidence.gradient ?? []) {
    checkIds(`score of record ${row.recordNo}`, row.clusterId, row.accountId, row.recordNo)
    if (row.recordNo <= previous) fail(`scores are out of order at record ${row.recordNo}`)
    previous = row.recordNo
  }
  const gradientRows = evidence.gradient?.length ?? 0
  if (tokenRows > MAX_EVIDENCE_ROWS || gradientRows > MAX_EVIDENCE_ROWS) {
    fail(`${Math.max(tokenRows, gradientRows)} rows of one path exceed ${MAX_EVIDENCE_ROWS}`)
  }
}

function checkIds(where: string, clusterId: bigint, accountId: bigint, recordNo: bigint): void {
  const inRange = (id: bigint) => id >= 1n && id < 1n << 64n
  if (!inRange(clusterId) || !inRange(accountId) || !inRange(recordNo)) {
    fail(`${where} has an id that is not an unsigned 64-bit integer from 1`)
  }
  if (clusterId > recordNo) fail(`${where} names cluster ${clusterId}, later than its record`)
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function readId(text: string): bigint {
  if (!/^[1-9][0-9]{0,19}$/.test(text)) fail(`"${text}" is not an id`)
  return BigInt(text)
}

function readInteger(text: string): bigint {
  if (!/^(0|-?[1-9][0-9]{0,77})$/.test(text)) fail(`"${text}" is not an integer`)
  return BigInt(text)
}

function fail(problem: string): never {
  throw new EvidenceError(`evidence is wrong: ${problem}`, { code: 'evidence_invalid' })
}
