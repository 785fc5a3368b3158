import { getRouteApi, Link } from '@tanstack/react-router'
import { Failure } from '../../components/Failure.tsx'
import { Open } from '../../components/Open.tsx'
import { ScrollTable } from '../../components/ScrollTable.tsx'
import { Time } from '../../components/Time.tsx'
import { useFollowedQuery } from '../../graphql/useFollowedQuery.ts'
import { STATES } from './STATES.ts'

interface Data {
  inferences: {
    nodes: {
      inferenceNo: string
      requestId: string
      model: { name: string }
      messages: { role: string; content: string }[] | null
      fee: string
      issuedAt: string
      state: string
    }[]
    next: string | null
  }
}

const QUERY = `query Inferences($before: BigInt) {
  inferences(first: 20, before: $before) {
    nodes { inferenceNo requestId model { name } messages { role content } fee issuedAt state }
    next
  }
}`

const route = getRouteApi('/inferences')

/** The answers, newest first, each with how far its money has come. */
export function InferencesPage() {
  const { before } = route.useSearch()
  const { data, error, loading } = useFollowedQuery<Data, { before: string | null }>({
    query: QUERY,
    variables: { before: before ?? null },
    everyMs: 4000,
    follow: () => true,
  })
  return (
    <>
      <h1 className="text-2xl font-semibold">Inferences</h1>
      <p className="soft mt-1 max-w-3xl">
        Every answer that was metered, newest first. The texts of private answers are their payers’.
      </p>
      {error && !data ? <Failure error={error} what="The answers" /> : null}
      {loading ? <p className="soft mt-4">Reading …</p> : null}
      {data?.inferences.nodes.length === 0 ? (
        <p className="soft mt-4">
          Nothing has been asked yet. <Link to="/chat">Ask something</Link>.
        </p>
      ) : null}
      {data && data.inferences.nodes.length > 0 ? (
        <ScrollTable label="Answers">
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col">State</th>
              <th scope="col">Asked</th>
              <th scope="col" className="right">
                Fee
              </th>
            </tr>
          </thead>
          <tbody>
            {data.inferences.nodes.map((row) => (
              <tr key={row.requestId}>
                <td style={{ minWidth: '11rem' }}>
                  <Link to="/inferences/$id" params={{ id: row.requestId }}>
                    {row.messages?.at(-1)?.content ?? `Answer ${row.inferenceNo} (private)`}
                  </Link>
                  <div className="soft text-sm break-all">{row.model.name}</div>
                </td>
                <td>{STATES.find(({ state }) => state === row.state)?.name ?? row.state}</td>
                <td className="text-sm">
                  <Time at={row.issuedAt} />
                </td>
                <td className="right">
                  <Open wei={row.fee} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      ) : null}
      <nav aria-label="Older and newer answers" className="mt-4 flex gap-5">
        {before ? <Link to="/inferences">Newest answers</Link> : null}
        {data?.inferences.next ? (
          <Link to="/inferences" search={{ before: data.inferences.next }}>
            Older answers
          </Link>
        ) : null}
      </nav>
    </>
  )
}
