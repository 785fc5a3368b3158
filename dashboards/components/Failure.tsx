import type { CombinedError } from 'urql'

/** Says that something could not be read, in the API's own words. */
export function Failure({ error, what }: { error: CombinedError; what: string }) {
  const starting = error.graphQLErrors.some(({ extensions }) => extensions?.code === 'STARTING')
  return (
    <p role={starting ? 'status' : 'alert'} className={starting ? 'soft' : 'bad'}>
      {starting
        ? `${what}: the system is starting; this page fills by itself.`
        : `${what} could not be read: ${error.graphQLErrors[0]?.message ?? error.message}`}
    </p>
  )
}
