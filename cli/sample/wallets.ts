import { DEVELOPMENT_MNEMONIC, sampleWalletPath } from '@tributary/protocol/config/developmentKeys'
import { HDNodeWallet, Mnemonic } from 'ethers'

/**
 * A deterministic development wallet for each author, by the order of their names: the same authors
 * have the same wallets on every machine, and nobody's real one.
 */
export function authorWallets(authors: Iterable<string>): Map<string, HDNodeWallet> {
  const mnemonic = Mnemonic.fromPhrase(DEVELOPMENT_MNEMONIC)
  // One derivation of the seed (it is slow on purpose), then one step a wallet.
  const parent = HDNodeWallet.fromMnemonic(mnemonic, parentPath())
  const names = [...new Set(authors)].sort()
  return new Map(names.map((name, index) => [name, parent.deriveChild(index)]))
}

function parentPath(): string {
  const path = sampleWalletPath(0)
  return path.slice(0, path.lastIndexOf('/'))
}
