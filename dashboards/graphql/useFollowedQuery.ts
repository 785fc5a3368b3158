import type { DocumentNode } from 'graphql'
import { useEffect } from 'react'
import { type AnyVariables, type TypedDocumentNode, useQuery } from 'urql'

/**
 * A query that is asked again every few seconds while `follow` holds and the page is visible. What
 * was last seen stays on the page while the next answer is on its way, or when it fails.
 */
export function useFollowedQuery<Data, Variables extends AnyVariables>(options: {
  query: string | DocumentNode | TypedDocumentNode<Data, Variables>
  variables: Variables
  everyMs: number
  follow: (data: Data | undefined) => boolean
  pause?: boolean
}) {
  const [{ data, error, fetching, stale }, refetch] = useQuery<Data, Variables>({
    query: options.query,
    variables: options.variables,
    pause: options.pause ?? false,
  })
  const follow = !options.pause && options.follow(data)
  useEffect(() => {
    if (!follow) return
    const timer = setInterval(() => {
      if (!document.hidden) refetch({ requestPolicy: 'network-only' })
    }, options.everyMs)
    return () => clearInterval(timer)
  }, [follow, options.everyMs, refetch])
  return { data, error, loading: fetching && !data, stale }
}
