import { AS_OF, AsOf, type AsOfData } from '../../components/AsOf.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Open } from '../../components/Open.tsx'
import { ScrollTable } from '../../components/ScrollTable.tsx'
import { Who } from '../../components/Who.tsx'
import { useFollowedQuery } from '../../graphql/useFollowedQuery.ts'

interface Data {
  contributors: {
    accountId: string
    payee: string
    label: string | null
    recordCount: number
    contributionCount: number
    paid: string
  }[]
  asOf: AsOfData
}

const QUERY = `query Earners {
  contributors(first: 200) { accountId payee label recordCount contributionCount paid }
  ${AS_OF}
}`

/** Everybody who contributed, the best paid first: the way to a page of one's own. */
export function Earners() {
  const { data, error, loading } = useFollowedQuery<Data, Record<string, never>>({
    query: QUERY,
    variables: {},
    everyMs: 5000,
    follow: () => true,
  })
  if (error && !data) return <Failure error={error} what="The contributors" />
  if (loading || !data) return <p className="soft mt-4">Reading …</p>
  return (
    <section className="mt-6">
      <h2 className="text-xl font-semibold">Contributors</h2>
      {data.contributors.length === 0 ? (
        <p className="soft mt-2">Nobody has contributed yet.</p>
      ) : (
        <ScrollTable label="Contributors and what they were paid">
          <thead>
            <tr>
              <th scope="col">Contributor</th>
              <th scope="col" className="hidden md:table-cell">
                Address
              </th>
              <th scope="col" className="right">
                Records
              </th>
              <th scope="col" className="right">
                Paid out
              </th>
            </tr>
          </thead>
          <tbody>
            {data.contributors.map((contributor) => (
              <tr key={contributor.accountId}>
                <td>
                  <Who account={contributor} />
                </td>
                <td className="number soft hidden text-sm md:table-cell" title={contributor.payee}>
                  {contributor.payee.slice(0, 8)}…{contributor.payee.slice(-4)}
                </td>
                <td className="right number">{contributor.recordCount}</td>
                <td className="right">
                  <Open wei={contributor.paid} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      <AsOf asOf={data.asOf} />
    </section>
  )
}
