import type { ApiClient } from '../apiClient.ts'

const ORDER = ['METERED', 'ATTRIBUTED', 'COMMITTED', 'POSTED', 'SETTLED', 'PAID']

interface State {
  inference: { state: string; states: { finality: string | null }[] } | null
}

const QUERY = `query ($id: String!) { inference(id: $id) { state states { finality } } }`

/** Waits until every answer is paid, and its payment final. */
export async function awaitPaid(
  api: ApiClient,
  requestIds: string[],
  progress: (data: Record<string, unknown>) => void,
): Promise<void> {
  const open = new Set(requestIds)
  for (;;) {
    const counts: Record<string, number> = {}
    for (const state of ORDER) counts[state.toLowerCase()] = 0
    counts.paid = requestIds.length - open.size
    for (const id of open) {
      const { inference } = await api.graphql<State>(QUERY, { id })
      if (!inference) continue
      if (inference.state === 'PAID' && inference.states.at(-1)?.finality === 'FINALIZED') {
        open.delete(id)
      }
      const state = inference.state.toLowerCase()
      counts[state] = (counts[state] ?? 0) + 1
    }
    progress({ ...counts, of: requestIds.length })
    if (open.size === 0) return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
