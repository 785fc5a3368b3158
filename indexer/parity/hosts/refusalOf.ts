import type { AdminRpc } from '../../testing/graphNode/adminRpc.ts'

/** A name that nothing else is deployed to. */
const NAME = 'refusals/variant'

/** Deploys what has been uploaded, and removes it. @returns why it is refused, or null. */
export async function refusalOf(admin: AdminRpc, id: string): Promise<unknown> {
  await admin.call('subgraph_create', { name: NAME })
  const refused = await admin.call('subgraph_deploy', { name: NAME, ipfs_hash: id })
  await admin.call('subgraph_remove', { name: NAME })
  return refused
}
