import { setTimeout as sleep } from 'node:timers/promises'
import { LEDGER } from '../ledgerChain.ts'
import { Random } from '../random.ts'
import { KillableHost } from './killableHost.ts'
import { ScriptedChain } from './scriptedChain.ts'
import { type Fault, ScriptedNode } from './scriptedNode.ts'

/** What happened in a sequence. */
export interface PlayedSequence {
  readonly chain: ScriptedChain
  readonly nodes: readonly ScriptedNode[]
  readonly host: KillableHost
  readonly reorgs: number
  readonly deepest: number
  readonly kills: number
  readonly faults: ReadonlyMap<Fault, number>
  /** Stops the host and its nodes. */
  stop(): Promise<void>
}

/**
 * Lets a host index a chain that grows, forks and settles, through one to three nodes that fail,
 * while it is killed and started again. At the end the nodes are well, and the host is running.
 *
 * @param seed everything but the host's own timing comes from it.
 * @param database of its own, on a Postgres cluster.
 */
export async function playSequence(
  seed: number,
  databaseUrl: string,
  database: string,
): Promise<PlayedSequence> {
  const random = new Random(seed)
  const chain = new ScriptedChain(new Random(seed + 1_000_000))
  const [safeLag, finalLag] = [random.between(0, 30), random.between(0, 90)]
  chain.grow(random.between(10, 120))
  chain.settle(safeLag, finalLag)
  const nodes: ScriptedNode[] = []
  const started = await Promise.all(
    Array.from({ length: random.between(1, 3) }, (_, index) =>
      ScriptedNode.start(chain, new Random(seed * 31 + index)),
    ),
  )
  nodes.push(...started)
  const rate = random.pick([0, 0.03, 0.1, 0.25])
  const fail = (share: number) => {
    for (const node of nodes) node.faults = share
  }
  fail(rate)
  const rpcUrl = nodes.map(({ url }) => url).join(',')
  const host = new KillableHost({
    folder: `${LEDGER}/build`,
    networks: { local: { Ledger: { address: chain.ledger, startBlock: 1 } } },
    name: 'ledger',
    rpcUrl,
    databaseUrl,
    database,
  })
  host.start()
  /** Time goes by requests, so that as much happens on a slow machine as on a fast one. */
  const requests = async (count: number) => {
    const asked = () => nodes.reduce((sum, node) => sum + node.requests, 0)
    for (const end = asked() + count; asked() < end && !host.hasEnded; ) await sleep(5)
  }
  let [reorgs, deepest, kills, highest] = [0, 0, 0, 0]
  await requests(random.pick([0, random.between(5, 20), 40]))
  const steps = random.between(6, 12)
  for (let step = 0; step < steps; step++) {
    const kind = random.next()
    const room = chain.head.number - chain.view.finalized
    if (kind < 0.4 && room > 0) {
      const depth = Math.min(
        room,
        random.pick([1, 2, random.between(1, 10), random.between(1, 64)]),
      )
      chain.reorg(depth, Math.max(1, depth + random.between(-2, 4)))
      reorgs += 1
      deepest = Math.max(deepest, depth)
    } else if (kind < 0.5 && kills < 2) {
      await host.kill()
      kills += 1
      if (random.chance(0.5)) chain.grow(random.between(1, 5))
      host.start()
    } else if (kind < 0.6) {
      fail(0.8)
      await requests(random.between(3, 12))
      fail(rate)
    } else {
      chain.grow(random.between(1, 12))
    }
    if (random.chance(0.7)) chain.settle(safeLag, finalLag)
    highest = Math.max(highest, chain.head.number)
    await requests(random.pick([0, random.between(1, 10), random.between(10, 20)]))
  }
  fail(0)
  chain.grow(Math.max(1, highest - chain.head.number + 1))
  const faults = new Map<Fault, number>()
  for (const node of nodes) {
    for (const [fault, count] of node.done) faults.set(fault, (faults.get(fault) ?? 0) + count)
  }
  const stop = async () => {
    await host.kill()
    await Promise.all(nodes.map((node) => node.stop()))
  }
  return { chain, nodes, host, reorgs, deepest, kills, faults, stop }
}
