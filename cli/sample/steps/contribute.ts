import { connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { canonicalBytes } from '@tributary/protocol/encoding/canonicalJson'
import { canonicalRecord } from '@tributary/protocol/records/canonicalRecord'
import {
  buildContribution,
  type Contribution,
} from '@tributary/protocol/records/contributionManifest'
import {
  concat,
  type HDNodeWallet,
  type JsonRpcProvider,
  keccak256,
  parseEther,
  sha256,
  Wallet,
} from 'ethers'
import type { ApiClient } from '../apiClient.ts'
import type { SampleDatanet } from '../datanets/sampleDatanets.ts'
import { type Sending, sendAll } from './sendAll.ts'

/** One author's records for one Datanet, ready for store and chain. */
interface Prepared {
  datanet: SampleDatanet
  author: string
  wallet: HDNodeWallet
  contribution: Contribution
  bodies: { hash: string; bytes: Uint8Array }[]
  salts: { leaf: string; salt: string }[]
}

export interface Contributed {
  /** Datanet number by slug. */
  datanets: Map<string, bigint>
  contributions: number
  records: number
  contributors: number
}

interface OnChain {
  datanets: {
    datanetId: string
    metaHash: string
    contributions: { contentRoot: string; at: { finality: string } }[]
  }[]
}

const WANTED = `query {
  datanets(first: 20) {
    datanetId metaHash
    contributions(first: 500) { contentRoot at { finality } }
  }
}`

const FUNDS = parseEther('0.05')
/** What was sent and is not seen after this long is sent again. */
const RESEND_MS = 20_000
/** Rounds of sending that may fail before the loop stops. */
const MOST_FAILURES = 6

/**
 * Brings the chain to where the sample Datanets exist and hold every author's contribution, final:
 * looks at what is there, sends what is missing, and looks again. Running it twice changes nothing;
 * running it on after a crash finishes it.
 */
export async function contribute(options: {
  api: ApiClient
  provider: JsonRpcProvider
  deployment: Deployment
  datanets: SampleDatanet[]
  wallets: Map<string, HDNodeWallet>
  progress: (data: Record<string, unknown>) => void
}): Promise<Contributed> {
  const { api, provider, deployment, progress } = options
  const curator = new Wallet(DEVELOPMENT_KEYS[6] as string)
  const funder = new Wallet(DEVELOPMENT_KEYS[7] as string)
  const contracts = connectContracts(deployment, provider)
  const prepared = options.datanets.flatMap((datanet) => prepare(datanet, options.wallets))
  const metas = new Map(options.datanets.map((datanet) => [datanet.slug, metadata(datanet)]))

  await upload(api, prepared, [...metas.values()], progress)

  let createdAt = 0
  let contributedAt = 0
  let failures = 0
  for (;;) {
    const { datanets } = await api.graphql<OnChain>(WANTED)
    const ids = new Map<string, bigint>()
    for (const [slug, { hash }] of metas) {
      const found = datanets.find(({ metaHash }) => metaHash === hash)
      if (found) ids.set(slug, BigInt(found.datanetId))
    }
    const known = new Map(
      datanets.flatMap(({ contributions }) =>
        contributions.map(({ contentRoot, at }) => [contentRoot, at.finality] as const),
      ),
    )
    const missing = prepared.filter(({ contribution }) => !known.has(contribution.contentRoot))
    const final = prepared.filter(
      ({ contribution }) => known.get(contribution.contentRoot) === 'FINALIZED',
    )
    progress({
      contributions: prepared.length - missing.length,
      final: final.length,
      of: prepared.length,
    })
    if (final.length === prepared.length) {
      return {
        datanets: ids,
        contributions: prepared.length,
        records: prepared.reduce((sum, { bodies }) => sum + bodies.length, 0),
        contributors: new Set(prepared.map(({ wallet }) => wallet.address)).size,
      }
    }
    // What was just sent takes a moment to be indexed; only what stays away is sent again.
    try {
      if (ids.size < metas.size) {
        if (Date.now() - createdAt > RESEND_MS) {
          createdAt = Date.now()
          await sendAll(provider, await creations())
        }
      } else if (missing.length > 0 && Date.now() - contributedAt > RESEND_MS) {
        contributedAt = Date.now()
        await sendAll(provider, await fundings(provider, funder, missing))
        await sendAll(provider, await contributions(missing))
      }
    } catch (error) {
      // The chain was away, or it has what was sent a moment ago already: the next look tells.
      failures++
      if (failures === MOST_FAILURES) throw error
    }

    async function creations(): Promise<Sending[]> {
      const create: Sending[] = []
      for (const [slug, { hash }] of metas) {
        if (ids.has(slug)) continue
        const uri = `sha256:${hash.slice(2)}`
        create.push({
          what: `Datanet ${slug}`,
          wallet: curator,
          request: {
            ...(await contracts.datanets.create.populateTransaction(0, 0, hash, uri)),
            gasLimit: 400_000n,
          },
        })
      }
      return create
    }

    function contributions(which: Prepared[]): Promise<Sending[]> {
      return Promise.all(
        which.map(async ({ wallet, contribution, datanet, author }) => ({
          what: `contribution of ${author} to ${datanet.slug}`,
          wallet: new Wallet(wallet.privateKey),
          request: {
            ...(await contracts.datanets.contribute.populateTransaction(
              ids.get(datanet.slug),
              contribution.manifest.records.length,
              contribution.bytesTotal,
              contribution.contentRoot,
              contribution.manifestHash,
            )),
            gasLimit: 500_000n,
          },
        })),
      )
    }

    await new Promise((resolve) => setTimeout(resolve, 700))
  }
}

function prepare(datanet: SampleDatanet, wallets: Map<string, HDNodeWallet>): Prepared[] {
  const byAuthor = new Map<string, SampleDatanet['records']>()
  for (const record of datanet.records) {
    byAuthor.set(record.author, [...(byAuthor.get(record.author) ?? []), record])
  }
  return [...byAuthor].map(([author, records]) => {
    const wallet = wallets.get(author) as HDNodeWallet
    const named = records.map(({ input }) => canonicalRecord(input))
    // A salt that only the wallet's owner can make again: the same contribution is the same
    // commitment on every run, and yet nobody can guess a record from its leaf.
    const salts = named.map(({ recordId }) => keccak256(concat([wallet.privateKey, recordId])))
    const contribution = buildContribution(named, salts)
    return {
      datanet,
      author,
      wallet,
      contribution,
      bodies: named.map(({ recordId, bytes }) => ({ hash: recordId, bytes })),
      salts: contribution.manifest.records.map(({ leaf }, at) => ({
        leaf,
        salt: salts[at] as string,
      })),
    }
  })
}

/** What a Datanet says of itself, in the content store under the hash that the chain holds. */
function metadata({ slug, name, description }: SampleDatanet) {
  const bytes = canonicalBytes({ v: 1, slug, name, description, sample: true })
  return { bytes, hash: sha256(bytes) }
}

async function upload(
  api: ApiClient,
  prepared: Prepared[],
  metas: { bytes: Uint8Array; hash: string }[],
  progress: (data: Record<string, unknown>) => void,
): Promise<void> {
  const puts: [string, Uint8Array][] = metas.map(({ hash, bytes }) => [
    `/v1/content/${hash}`,
    bytes,
  ])
  for (const { bodies, salts, contribution } of prepared) {
    for (const { hash, bytes } of bodies) puts.push([`/v1/content/${hash}`, bytes])
    for (const { leaf, salt } of salts) {
      puts.push([`/v1/content/salts/${leaf}`, Buffer.from(salt.slice(2), 'hex')])
    }
    puts.push([`/v1/content/${contribution.manifestHash}`, contribution.bytes])
  }
  let done = 0
  const next = puts.values()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const [path, bytes] of next) {
        await api.put(path, bytes)
        done++
        progress({ stored: done, of: puts.length })
      }
    }),
  )
}

/** Gas money for those wallets that have none. */
async function fundings(
  provider: JsonRpcProvider,
  funder: Wallet,
  missing: Prepared[],
): Promise<Sending[]> {
  const addresses = [...new Set(missing.map(({ wallet }) => wallet.address))]
  const balances = await Promise.all(addresses.map((address) => provider.getBalance(address)))
  return addresses
    .filter((_, at) => (balances[at] as bigint) < FUNDS / 2n)
    .map((to) => ({
      what: `gas money for ${to}`,
      wallet: funder,
      request: { to, value: FUNDS, gasLimit: 21_000n },
    }))
}
