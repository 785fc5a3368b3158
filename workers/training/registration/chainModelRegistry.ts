import type { Contracts } from '@tributary/contracts/connect'
import { TributaryError } from '@tributary/protocol/errors/tributaryError'
import type { Wallet } from 'ethers'
import { isCallException } from 'ethers'
import { sendFinal } from '../../chain/sendFinal.ts'
import { log } from '../../process/log.ts'
import { sleep } from '../../process/sleep.ts'
import type { ModelRegistry, NewModel, RegisteredModel } from './modelRegistry.ts'

/** Where final models are looked up: the subgraph, up to a finalized block. */
export interface FinalModels {
  find(by: { weightsHash: string } | { modelId: bigint }): Promise<RegisteredModel | undefined>
}

const POLL_MS = 500

/** The contract does not take the model. */
export class RegistrationRefused extends TributaryError {
  constructor(model: NewModel, refusal: string, cause: unknown) {
    super(`ModelRegistry refuses model ${model.weightsHash}: ${refusal}`, {
      code: 'registration_refused',
      hint: 'The error of that name in the contract says why.',
      cause,
    })
  }
}

/**
 * The registry on chain: written with `owner`'s key, read from `final`.
 *
 * @param contracts connected to `owner`
 */
export function chainModelRegistry(
  contracts: Pick<Contracts, 'models' | 'accounts'>,
  owner: Wallet,
  final: FinalModels,
): ModelRegistry {
  const find = (weightsHash: string) => final.find({ weightsHash })
  return {
    find,
    read: (modelId) => final.find({ modelId }),
    async ownerId() {
      const accountId: bigint = await contracts.accounts.accountOf(owner.address)
      return accountId === 0n ? undefined : accountId
    },
    async register(model, signal) {
      for (;;) {
        signal.throwIfAborted()
        const registered = await find(model.weightsHash)
        if (registered !== undefined) return registered
        const pending: bigint = await contracts.models.modelOf(model.weightsHash)
        if (pending !== 0n) {
          // In a block already, and soon in a final one, or lost with it.
          await sleep(POLL_MS, signal)
          continue
        }
        try {
          await send(model, signal)
        } catch (error) {
          const refusal = refusalOf(contracts, error)
          if (refusal === undefined) throw error
          // Another attempt's transaction is on its way: the estimate sees it, `modelOf` not yet.
          if (refusal !== 'DuplicateModel') throw new RegistrationRefused(model, refusal, error)
          await sleep(POLL_MS, signal)
        }
      }
    },
  }

  async function send(model: NewModel, signal: AbortSignal): Promise<void> {
    await sendFinal({
      signer: owner,
      signal,
      what: `register model ${model.weightsHash}`,
      async prepare() {
        const known: bigint = await contracts.models.modelOf(model.weightsHash)
        if (known !== 0n) return undefined
        const { parentId, kind, weightsHash, manifestHash, snapshots } = model
        const list = snapshots.map(({ datanetId, snapshotRoot, lastRecordNo }) => ({
          datanetId,
          snapshotRoot,
          lastRecordNo,
        }))
        return contracts.models.register.populateTransaction(
          parentId,
          kind,
          weightsHash,
          manifestHash,
          list,
        )
      },
      included: (receipt) =>
        log('training', 'model in a block, waiting for finality', {
          weightsHash: model.weightsHash,
          block: receipt.blockNumber,
          tx: receipt.hash,
        }),
    })
  }
}

/** Name of the contract's own error, where one was thrown. */
function refusalOf(contracts: Pick<Contracts, 'models'>, error: unknown): string | undefined {
  if (!isCallException(error) || !error.data) return undefined
  return contracts.models.interface.parseError(error.data)?.name ?? error.data.slice(0, 10)
}
