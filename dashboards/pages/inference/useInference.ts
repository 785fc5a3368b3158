import { useFollowedQuery } from '../../graphql/useFollowedQuery.ts'
import { INFERENCE, type InferenceData } from './InferenceData.ts'

/**
 * One answer, followed until `until` holds of it.
 *
 * @param id request id or inference number; nothing is asked while it is undefined
 */
export function useInference(
  id: string | undefined,
  until: (inference: NonNullable<InferenceData['inference']>) => boolean,
) {
  return useFollowedQuery<InferenceData, { id: string }>({
    query: INFERENCE,
    variables: { id: id ?? '' },
    everyMs: 2000,
    follow: (data) => !data?.inference || !until(data.inference),
    pause: id === undefined,
  })
}
