import { GraphQLError } from 'graphql'

/** Most rows of any list in one answer. */
export const MAX_PAGE = 500

/** Checks a `first` argument. Throws BAD_USER_INPUT. */
export function pageSize(first: number | null | undefined, fallback: number): number {
  const size = first ?? fallback
  if (size < 1 || size > MAX_PAGE) {
    throw new GraphQLError(`"first" must be from 1 to ${MAX_PAGE}, but is ${size}`, {
      extensions: { code: 'BAD_USER_INPUT' },
    })
  }
  return size
}
