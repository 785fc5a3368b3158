import { connectContracts } from '@tributary/contracts/connect'
import type { Deployment } from '@tributary/contracts/deployment/deployment'
import type { UrlName } from '@tributary/stack/urls'
import type { JsonRpcProvider } from 'ethers'
import pg from 'pg'

interface Sources {
  urls: Record<UrlName, string>
  provider: JsonRpcProvider
  deployment: Deployment
}

/** Changes one row of one source by one wei, behind everybody's back; returns what puts it back. */
export function changeOneRow(
  source: 'ledger' | 'subgraph' | 'contract',
  sources: Sources,
): Promise<() => Promise<void>> {
  return { ledger: changeLedger, subgraph: changeSubgraph, contract: changeContract }[source](
    sources,
  )
}

async function changeLedger({ urls }: Sources): Promise<() => Promise<void>> {
  const insert = async (sign: number) => {
    const response = await fetch(urls.CLICKHOUSE_URL, {
      method: 'POST',
      body:
        'INSERT INTO tributary.ledger SELECT * REPLACE (toInt256(1) AS wei, ' +
        `toInt8(${sign}) AS sign) FROM tributary.ledger LIMIT 1`,
    })
    if (!response.ok) throw new Error(await response.text())
  }
  await insert(1)
  return () => insert(-1)
}

async function changeSubgraph({ urls }: Sources): Promise<() => Promise<void>> {
  const url = new URL(urls.DATABASE_URL)
  url.pathname = '/indexer'
  const add = async (wei: number) => {
    const client = new pg.Client({ connectionString: url.toString() })
    await client.connect()
    try {
      const { rows } = await client.query(
        `select schemaname from pg_tables where tablename = 'payment' and schemaname like 'sgd%'
         order by length(schemaname) desc, schemaname desc limit 1`,
      )
      const table = `${client.escapeIdentifier(rows[0].schemaname)}.payment`
      await client.query(
        `update ${table} set amount = amount + $1 where vid = (select min(vid) from ${table})`,
        [wei],
      )
    } finally {
      await client.end()
    }
  }
  await add(1)
  return () => add(-1)
}

async function changeContract({ provider, deployment }: Sources): Promise<() => Promise<void>> {
  const { settlement } = connectContracts(deployment, provider)
  const address = deployment.contracts.AttributionSettlement
  const paid = (await settlement.totalPaid()) as bigint
  // The slot is found by its effect, so that the layout of the contract may change.
  for (let slot = 0; slot < 64; slot++) {
    const key = `0x${slot.toString(16)}`
    const before = await provider.getStorage(address, slot)
    const word = BigInt(before)
    for (const shift of [0n, 128n]) {
      if (((word >> shift) & ((1n << 128n) - 1n)) !== paid) continue
      const set = (value: bigint) =>
        provider.send('anvil_setStorageAt', [
          address,
          key,
          `0x${value.toString(16).padStart(64, '0')}`,
        ])
      await set(word + (1n << shift))
      if (((await settlement.totalPaid()) as bigint) === paid + 1n) return () => set(word)
      await set(word)
    }
  }
  throw new Error('no storage slot holds totalPaid')
}
