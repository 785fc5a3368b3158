import { keccak256, toUtf8Bytes } from 'ethers'
import { TributaryError } from '../errors/tributaryError.ts'

/** A set of parameters is incomplete or contradicts itself. */
export class ParamsError extends TributaryError {}

/** Parts of a fee in basis points; they sum to 10,000. */
export interface SplitBps {
  contributors: number
  modelOwner: number
  host: number
  stakers: number
  curators: number
  treasury: number
}

/** One version of the governed parameters: all that turns evidence into wei. */
export interface Params {
  /** From 1. */
  version: number
  /** Wei per 1000 prompt tokens. */
  feeRateIn: bigint
  /** Wei per 1000 answer tokens. */
  feeRateOut: bigint
  splitBps: SplitBps
  /** How what the base model does not get is divided; sums to 1,000,000. */
  pathWeightsPpm: { gradient: number; token: number }
  /** Bits above chance that a span needs, in 1/65536 bit. */
  minSpanBits: number
  /** Tokens that a span needs. */
  minSpanTokens: number
  /** Most clusters that may hold a span. */
  dfCap: number
  /** Most clusters that the gradient path pays. */
  topClusters: number
  /** Smallest share of the gradient path's positive score that is paid, in ppm. */
  minSharePpm: number
  /** Percentile of the positive scores at which higher ones are cut, in ppm. */
  winsorPercentilePpm: number
}

/** The parameters that a new deployment starts with. */
export const DEFAULT_PARAMS: Params = {
  version: 1,
  feeRateIn: 1_000_000_000_000_000n,
  feeRateOut: 4_000_000_000_000_000n,
  splitBps: {
    contributors: 5000,
    modelOwner: 1000,
    host: 1000,
    stakers: 2000,
    curators: 0,
    treasury: 1000,
  },
  pathWeightsPpm: { gradient: 700_000, token: 300_000 },
  minSpanBits: 20 * 65_536,
  minSpanTokens: 6,
  dfCap: 64,
  topClusters: 64,
  minSharePpm: 1000,
  winsorPercentilePpm: 995_000,
}

/** Names of the parameters as ParamRegistry knows them, hashed by {@link paramKey}. */
export const PARAM_NAMES = [
  'feeRateIn',
  'feeRateOut',
  'split.contributors',
  'split.modelOwner',
  'split.host',
  'split.stakers',
  'split.curators',
  'split.treasury',
  'path.gradient',
  'path.token',
  'minSpanBits',
  'minSpanTokens',
  'dfCap',
  'topClusters',
  'minSharePpm',
  'winsorPercentilePpm',
] as const

/** A name of {@link PARAM_NAMES}. */
export type ParamName = (typeof PARAM_NAMES)[number]

/** The bytes32 key of a parameter on chain: keccak256 of its name in UTF-8. */
export function paramKey(name: ParamName): string {
  return keccak256(toUtf8Bytes(name))
}

/** The values of a version as ParamRegistry stores them, by key. */
export function paramsToValues(params: Params): Map<string, bigint> {
  const values: Record<ParamName, bigint> = {
    feeRateIn: params.feeRateIn,
    feeRateOut: params.feeRateOut,
    'split.contributors': BigInt(params.splitBps.contributors),
    'split.modelOwner': BigInt(params.splitBps.modelOwner),
    'split.host': BigInt(params.splitBps.host),
    'split.stakers': BigInt(params.splitBps.stakers),
    'split.curators': BigInt(params.splitBps.curators),
    'split.treasury': BigInt(params.splitBps.treasury),
    'path.gradient': BigInt(params.pathWeightsPpm.gradient),
    'path.token': BigInt(params.pathWeightsPpm.token),
    minSpanBits: BigInt(params.minSpanBits),
    minSpanTokens: BigInt(params.minSpanTokens),
    dfCap: BigInt(params.dfCap),
    topClusters: BigInt(params.topClusters),
    minSharePpm: BigInt(params.minSharePpm),
    winsorPercentilePpm: BigInt(params.winsorPercentilePpm),
  }
  return new Map(PARAM_NAMES.map((name) => [paramKey(name), values[name]]))
}

/**
 * A version of the parameters from the values on chain; keys nobody knows are ignored, a
 * missing or impossible value is refused.
 */
export function paramsFromValues(version: number, values: ReadonlyMap<string, bigint>): Params {
  const wei = (name: ParamName): bigint => {
    const value = values.get(paramKey(name))
    if (value === undefined) {
      throw new ParamsError(`parameter version ${version} lacks "${name}"`, {
        code: 'params_missing',
        hint: 'Schedule every parameter of the protocol before the version takes effect.',
      })
    }
    return value
  }
  const count = (name: ParamName): number => {
    const value = wei(name)
    if (value < 0n || value > 0xffff_ffffn) {
      throw new ParamsError(`parameter "${name}" of version ${version} is ${value}`, {
        code: 'params_range',
        hint: 'It must be an unsigned 32-bit integer.',
      })
    }
    return Number(value)
  }
  const params: Params = {
    version,
    feeRateIn: wei('feeRateIn'),
    feeRateOut: wei('feeRateOut'),
    splitBps: {
      contributors: count('split.contributors'),
      modelOwner: count('split.modelOwner'),
      host: count('split.host'),
      stakers: count('split.stakers'),
      curators: count('split.curators'),
      treasury: count('split.treasury'),
    },
    pathWeightsPpm: { gradient: count('path.gradient'), token: count('path.token') },
    minSpanBits: count('minSpanBits'),
    minSpanTokens: count('minSpanTokens'),
    dfCap: count('dfCap'),
    topClusters: count('topClusters'),
    minSharePpm: count('minSharePpm'),
    winsorPercentilePpm: count('winsorPercentilePpm'),
  }
  checkParams(params)
  return params
}

/** Refuses parameters with which money could not be split exactly. */
export function checkParams(params: Params): void {
  const split = Object.values(params.splitBps).reduce((sum, part) => sum + part, 0)
  if (split !== 10_000) {
    throw new ParamsError(`fee split of version ${params.version} sums to ${split}, not 10000`, {
      code: 'params_split',
    })
  }
  const paths = params.pathWeightsPpm.gradient + params.pathWeightsPpm.token
  if (paths !== 1_000_000) {
    throw new ParamsError(
      `path weights of version ${params.version} sum to ${paths}, not 1000000`,
      { code: 'params_paths' },
    )
  }
  if (params.winsorPercentilePpm < 1 || params.winsorPercentilePpm > 1_000_000) {
    throw new ParamsError(
      `winsorising percentile of version ${params.version} is ${params.winsorPercentilePpm} ppm`,
      { code: 'params_percentile', hint: 'It must lie between 1 and 1000000.' },
    )
  }
  if (params.minSharePpm > 1_000_000) {
    throw new ParamsError(
      `minimum share of version ${params.version} is ${params.minSharePpm} ppm`,
      { code: 'params_share', hint: 'It must not exceed 1000000.' },
    )
  }
}
