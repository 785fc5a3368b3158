import { keyFor } from '@tributary/protocol/config/keysForChain'
import {
  buildContribution,
  type Contribution,
} from '@tributary/protocol/records/contributionManifest'
import type { RecordDefaults } from '@tributary/protocol/records/recordsFromFile'
import {
  type ContractTransactionReceipt,
  concat,
  getBytes,
  isError,
  keccak256,
  Wallet,
} from 'ethers'
import { type Chain, openChain } from '../chain/openChain.ts'
import { CliError } from '../command/CliError.ts'
import type { Output } from '../command/Output.ts'
import type { Api } from '../http/api.ts'
import { findDatanet } from './findDatanet.ts'
import { type FileRecords, readFiles } from './readFiles.ts'

/** What to give, and how. */
export interface ContributeOptions {
  /** Number or name. */
  datanet: string
  files: readonly string[]
  defaults: RecordDefaults
  /** TRIBUTARY_KEY. */
  key: string | null
  /** RPC_URL where it is set. */
  rpcUrl: string | null
}

/** The development account that stands in for TRIBUTARY_KEY. */
const DEVELOPMENT_ACCOUNT = 5

/** Gives files to a Datanet: records, bodies into the store, commitment on chain. */
export async function contribute(
  api: Api,
  output: Output,
  options: ContributeOptions,
): Promise<void> {
  const files = await readFiles(options.files, options.defaults)
  const chain = await openChain(api, options.rpcUrl)
  try {
    const { chainId } = chain.deployment
    const key = keyFor(chainId, 'TRIBUTARY_KEY', options.key, DEVELOPMENT_ACCOUNT)
    await give(api, output, chain, new Wallet(key, chain.provider), files, options)
  } finally {
    chain.close()
  }
}

async function give(
  api: Api,
  output: Output,
  chain: Chain,
  wallet: Wallet,
  { records, repeated }: FileRecords,
  options: ContributeOptions,
): Promise<void> {
  const datanetId = await findDatanet(api, options.datanet)
  // Salts that only the wallet's owner can make again: the same records are the same commitment
  // every time, and yet nobody can guess a record from its leaf.
  const salts = records.map(({ recordId }) => keccak256(concat([wallet.privateKey, recordId])))
  const contribution = buildContribution(records, salts)
  output.line(`${count(records.length, 'record')} for Datanet ${datanetId} from ${wallet.address}`)
  if (repeated > 0) output.line(`${count(repeated, 'copy', 'copies')} of the same text left out`)

  // The chain is asked before anything is stored, so that a refusal leaves nothing behind.
  const { datanets } = chain.contracts
  const { manifest, bytesTotal, contentRoot, manifestHash } = contribution
  const call = [datanetId, manifest.records.length, bytesTotal, contentRoot, manifestHash] as const
  const request = {
    ...(await datanets.contribute.populateTransaction(...call)),
    from: wallet.address,
  }
  try {
    const gas = await chain.provider.estimateGas(request)
    await requireFunds(wallet, gas)
  } catch (error) {
    throw refusal(error, datanets.interface, options.datanet)
  }
  await upload(api, output, records, salts, contribution)
  const sent = await wallet.sendTransaction(request).catch((error) => {
    throw refusal(error, datanets.interface, options.datanet)
  })
  output.line(`sent as ${sent.hash}, waiting for its block`)
  const receipt = (await sent.wait()) as ContractTransactionReceipt
  const event = receipt.logs
    .map((log) => datanets.interface.parseLog(log))
    .find((parsed) => parsed?.name === 'ContributionSubmitted')
  if (event === null || event === undefined) {
    throw new CliError(`transaction ${sent.hash} made no contribution`, {
      code: 'contribution_missing',
      hint: 'The contract at that address is another one than expected.',
    })
  }
  const first: bigint = event.args.firstRecordNo
  const last = first + BigInt(records.length) - 1n
  output.line(`contribution ${event.args.contributionId} by account ${event.args.accountId}:`)
  output.line(`  records ${first} to ${last}, in block ${receipt.blockNumber}`)
  output.line(`  your earnings: ${api.url}/earnings?address=${wallet.address}`)
  output.result({
    datanetId: datanetId.toString(),
    contributionId: event.args.contributionId.toString(),
    accountId: event.args.accountId.toString(),
    address: wallet.address,
    firstRecordNo: first.toString(),
    lastRecordNo: last.toString(),
    records: records.length,
    repeated,
    bytes: bytesTotal.toString(),
    contentRoot,
    manifestHash,
    txHash: sent.hash,
    blockNumber: receipt.blockNumber,
  })
}

async function upload(
  api: Api,
  output: Output,
  records: FileRecords['records'],
  salts: readonly string[],
  { manifest, manifestHash, bytes }: Contribution,
): Promise<void> {
  const AT_ONCE = 8
  for (let from = 0; from < records.length; from += AT_ONCE) {
    await Promise.all(
      records.slice(from, from + AT_ONCE).flatMap((record, at) => {
        const leaf = manifest.records[from + at]?.leaf
        return [
          api.put(`/v1/content/${record.recordId}`, record.bytes),
          api.put(`/v1/content/salts/${leaf}`, getBytes(salts[from + at] as string)),
        ]
      }),
    )
  }
  await api.put(`/v1/content/${manifestHash}`, bytes)
  output.line(`stored ${records.length} bodies`)
}

async function requireFunds(wallet: Wallet, gas: bigint): Promise<void> {
  const provider = wallet.provider as Chain['provider']
  const [balance, { maxFeePerGas, gasPrice }] = await Promise.all([
    provider.getBalance(wallet.address),
    provider.getFeeData(),
  ])
  if (balance < gas * (maxFeePerGas ?? gasPrice ?? 0n)) throw emptyWallet(wallet.address)
}

function emptyWallet(address: string, cause?: unknown): CliError {
  return new CliError(`the wallet ${address} cannot pay for the transaction`, {
    code: 'wallet_empty',
    hint: 'Send it some OPEN, or set TRIBUTARY_KEY to another one.',
    cause,
  })
}

/** What the contract or the node said, in words for a person. */
function refusal(
  error: unknown,
  contract: { parseError(data: string): { name: string; args: ArrayLike<unknown> } | null },
  datanet: string,
): unknown {
  if (isError(error, 'INSUFFICIENT_FUNDS')) return emptyWallet('of TRIBUTARY_KEY', error)
  if (!isError(error, 'CALL_EXCEPTION')) return error
  const said = error.data ? contract.parseError(error.data) : null
  switch (said?.name) {
    case 'UnknownDatanet':
      return new CliError(`there is no Datanet ${datanet}`, {
        code: 'datanet_unknown',
        hint: 'Give the number or the name of one that exists.',
      })
    case 'DuplicateContent':
      return new CliError(`these records were given before, as contribution ${said.args[1]}`, {
        code: 'contribution_repeated',
        hint: 'Nothing needs to be done; they earn already.',
      })
    case 'NotPermitted':
      return new CliError(`Datanet ${datanet} takes contributions only from those it has let in`, {
        code: 'datanet_closed',
        hint: 'Ask its owner for access.',
      })
    default:
      return new CliError(
        `the chain refused the contribution: ${said?.name ?? error.shortMessage}`,
        {
          code: 'contribution_refused',
          cause: error,
        },
      )
  }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
