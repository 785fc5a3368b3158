import { type Configuration, ConfigurationError } from './configuration.ts'
import { DEVELOPMENT_CHAIN_ID, DEVELOPMENT_KEYS } from './developmentKeys.ts'

/** The private keys the system's own transactions and receipts are signed with. */
export interface Keys {
  /** Deploys the contracts and owns their first roles. */
  deployer: string
  /** Signs receipts, commits batches, posts epochs. */
  service: string
  /** Pushes payouts. */
  keeper: string
}

/**
 * The keys to use on a chain. On the development chain (31337) the well-known development
 * keys stand in for those not given; on any other chain a missing or well-known key is refused.
 *
 * @example
 * const { service } = keysForChain(readConfiguration(process.env), chainId)
 */
export function keysForChain(configuration: Configuration, chainId: bigint | number): Keys {
  return {
    deployer: keyFor(chainId, 'DEPLOYER_KEY', configuration.keys.deployer, 0),
    service: keyFor(chainId, 'SERVICE_KEY', configuration.keys.service, 1),
    keeper: keyFor(chainId, 'KEEPER_KEY', configuration.keys.keeper, 2),
  }
}

/**
 * One key by the same rule: `given`, or the development account `developmentIndex` on chain 31337.
 *
 * @param name the environment variable to name in the error
 */
export function keyFor(
  chainId: bigint | number,
  name: string,
  given: string | null,
  developmentIndex: number,
): string {
  const development = BigInt(chainId) === DEVELOPMENT_CHAIN_ID
  const key = given ?? (development ? (DEVELOPMENT_KEYS[developmentIndex] ?? null) : null)
  if (key === null) {
    throw new ConfigurationError(`${name} is not set, and chain ${chainId} needs it`, {
      code: 'configuration_key_missing',
      hint: `Set ${name} to the private key to use; only chain 31337 has default keys.`,
    })
  }
  if (!development && DEVELOPMENT_KEYS.includes(key.toLowerCase())) {
    throw new ConfigurationError(`${name} is a well-known development key on chain ${chainId}`, {
      code: 'configuration_key_development',
      hint: 'Everybody knows this key. Make a new one and move the funds there.',
    })
  }
  return key
}
