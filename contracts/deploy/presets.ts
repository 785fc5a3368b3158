import type { Params } from '@tributary/protocol/attribution/params'
import { DEFAULT_PARAMS, type ParamName } from '@tributary/protocol/attribution/params'
import { parseOpen } from '@tributary/protocol/money/parseOpen'

/** A governed time in seconds with the bounds that governance cannot leave. */
export interface GovernedTime {
  value: number
  min: number
  max: number
}

/** What differs between the places the contracts are deployed to. Times are in seconds. */
export interface Preset {
  name: string
  /** Parameter version 1 of the payment rule. */
  params: Params
  /** The gateway commits a batch this often. */
  batch: GovernedTime
  /** An epoch is posted this often, if there are batches. */
  epoch: GovernedTime
  /** Between posting an epoch and its first payment. */
  challengeWindow: GovernedTime
  /** Between asking for an escrow's money and getting it. */
  thaw: GovernedTime
  /** Between the end of a vote and its execution. */
  timelockDelay: number
  votingDelay: GovernedTime
  votingPeriod: GovernedTime
  /** How long a vote stays open after a late quorum. */
  lateQuorumExtension: GovernedTime
  /** Wei of gOPEN needed to propose. */
  proposalThreshold: { value: bigint; max: bigint }
  /** Share of the gOPEN supply that makes a quorum. */
  quorumPercent: number
  /** Least gOPEN, in wei, that makes a quorum. */
  quorumFloor: { value: bigint; max: bigint }
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const local: Preset = {
  name: 'local',
  params: DEFAULT_PARAMS,
  batch: { value: 2, min: 1, max: HOUR },
  epoch: { value: 20, min: 10, max: DAY },
  challengeWindow: { value: 20, min: 10, max: 7 * DAY },
  // Longer than an epoch and its window, so that no voucher can be escaped.
  thaw: { value: 60, min: 60, max: 30 * DAY },
  timelockDelay: 10,
  votingDelay: { value: 4, min: 1, max: 7 * DAY },
  votingPeriod: { value: 60, min: 10, max: 30 * DAY },
  lateQuorumExtension: { value: 20, min: 0, max: 7 * DAY },
  proposalThreshold: { value: parseOpen('100'), max: parseOpen('1000000') },
  quorumPercent: 5,
  quorumFloor: { value: parseOpen('500'), max: parseOpen('50000000') },
}

/** OpenLedger's numbers of governance; settlement as recommended for an OP-Stack L2. */
const openledger: Preset = {
  name: 'openledger',
  params: DEFAULT_PARAMS,
  batch: { value: 2, min: 1, max: HOUR },
  epoch: { value: MINUTE, min: 10, max: DAY },
  challengeWindow: { value: HOUR, min: 10 * MINUTE, max: 7 * DAY },
  thaw: { value: 2 * DAY, min: DAY + HOUR, max: 30 * DAY },
  timelockDelay: 7 * DAY,
  votingDelay: { value: DAY, min: HOUR, max: 14 * DAY },
  votingPeriod: { value: 7 * DAY, min: DAY, max: 30 * DAY },
  lateQuorumExtension: { value: 2 * DAY, min: 0, max: 7 * DAY },
  proposalThreshold: { value: parseOpen('10000'), max: parseOpen('1000000') },
  quorumPercent: 5,
  quorumFloor: { value: parseOpen('100000'), max: parseOpen('50000000') },
}

/** The presets by name. */
export const presets = { local, openledger } as const satisfies Record<string, Preset>

/** Bounds of the payment rule's parameters; governance cannot leave them. */
export const paramBounds: Record<ParamName, { min: bigint; max: bigint }> = {
  feeRateIn: { min: 0n, max: parseOpen('1000') },
  feeRateOut: { min: 0n, max: parseOpen('1000') },
  'split.contributors': { min: 0n, max: 10_000n },
  'split.modelOwner': { min: 0n, max: 10_000n },
  'split.host': { min: 0n, max: 10_000n },
  'split.stakers': { min: 0n, max: 10_000n },
  'split.curators': { min: 0n, max: 10_000n },
  'split.treasury': { min: 0n, max: 10_000n },
  'path.gradient': { min: 0n, max: 1_000_000n },
  'path.token': { min: 0n, max: 1_000_000n },
  minSpanBits: { min: 0n, max: 1024n * 65_536n },
  minSpanTokens: { min: 1n, max: 1024n },
  dfCap: { min: 1n, max: 1024n },
  topClusters: { min: 1n, max: 1024n },
  minSharePpm: { min: 0n, max: 1_000_000n },
  winsorPercentilePpm: { min: 1n, max: 1_000_000n },
}
