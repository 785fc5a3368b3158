import type { Deployment, DeploymentStatus } from '../../graphql/deployment.ts'
import type { MetricFamily, Sample } from './metricFamily.ts'

/** How far each deployment is; named as graph-node names it. */
export async function deploymentMetrics(
  deployments: readonly Deployment[],
): Promise<MetricFamily[]> {
  const states = await Promise.all(
    deployments.map(async (deployment) => {
      const [status, head] = await Promise.all([deployment.status(), deployment.headBlock()])
      return { deployment, status, head }
    }),
  )
  type State = (typeof states)[number]
  const gauge = (
    name: string,
    help: string,
    value: (state: State) => number | null,
  ): MetricFamily => {
    const samples = states.flatMap((state): Sample[] => {
      const found = value(state)
      const { id: deployment, features } = state.deployment
      const labels = { deployment, network: features.network ?? '' }
      return found === null ? [] : [{ labels, value: found }]
    })
    return { name, help, type: 'gauge', samples }
  }
  return [
    chainHeads(states.map(({ status }) => status)),
    gauge('deployment_head', 'Newest indexed block', ({ head }) => head?.number ?? null),
    gauge('deployment_head_timestamp', 'Time of the newest indexed block', ({ head }) => {
      return head?.timestamp ?? null
    }),
    gauge('deployment_failed', 'Whether the deployment has failed', ({ status }) => {
      return Number(status.health === 'failed')
    }),
    gauge('deployment_synced', 'Whether the deployment has come to the head once', (state) => {
      return Number(state.status.synced)
    }),
    gauge('deployment_paused', 'Whether the deployment rests', ({ status }) => {
      return Number(status.paused)
    }),
    gauge('deployment_safe_block', 'Newest safe block of the chain', ({ deployment }) => {
      return deployment.finality?.()?.safe ?? null
    }),
    gauge('deployment_finalized_block', 'Newest finalized block of the chain', (state) => {
      return state.deployment.finality?.()?.finalized ?? null
    }),
  ]
}

function chainHeads(states: readonly Pick<DeploymentStatus, 'network' | 'chainHead'>[]) {
  const heads = new Map<string, number>()
  for (const { network, chainHead } of states) {
    if (chainHead) heads.set(network, Math.max(heads.get(network) ?? 0, chainHead.number))
  }
  return {
    name: 'ethereum_chain_head_number',
    help: 'Newest block of the chain',
    type: 'gauge' as const,
    samples: [...heads].map(([network, value]) => ({ labels: { network }, value })),
  }
}
