import { Link } from '@tanstack/react-router'
import { AS_OF, AsOf, type AsOfData } from '../../components/AsOf.tsx'
import { countOf } from '../../components/countOf.ts'
import { Failure } from '../../components/Failure.tsx'
import { FINALITY } from '../../components/FINALITY.ts'
import { Figure } from '../../components/Figure.tsx'
import { Open } from '../../components/Open.tsx'
import { Percent } from '../../components/Percent.tsx'
import { ScrollTable } from '../../components/ScrollTable.tsx'
import { useFollowedQuery } from '../../graphql/useFollowedQuery.ts'

interface Data {
  contributor: {
    accountId: string
    payee: string
    label: string | null
    recordCount: number
    contributionCount: number
    earnings: { total: string; paid: string; unpaid: string; pending: string }
    inferences: {
      inferenceNo: string
      requestId: string | null
      question: string | null
      model: string | null
      role: string
      ppm: number
      wei: string
      at: string
    }[]
    payments: {
      epochId: string
      amount: string
      at: { block: string; transaction: string; finality: string; time: string }
    }[]
    asOf: AsOfData
  } | null
}

const QUERY = `query Earner($address: Address!) {
  contributor(address: $address) {
    accountId payee label recordCount contributionCount
    earnings { total paid unpaid pending }
    inferences(first: 50) { inferenceNo requestId question model role ppm wei at }
    payments(first: 50) { epochId amount at { block transaction finality time } }
    ${AS_OF}
  }
}`

/** One contributor: the sums, the answers that paid, and the payments on chain. */
export function Earner({ address }: { address: string }) {
  const { data, error, loading } = useFollowedQuery<Data, { address: string }>({
    query: QUERY,
    variables: { address },
    everyMs: 4000,
    follow: () => true,
  })
  if (error && !data) return <Failure error={error} what="These earnings" />
  if (loading || !data) return <p className="soft mt-4">Reading …</p>
  const { contributor } = data
  if (!contributor) {
    return (
      <p className="mt-4">
        Nobody is registered under this address yet. Whoever contributes a record is registered by
        it.
      </p>
    )
  }
  const { earnings } = contributor
  return (
    <section className="mt-6">
      <h2 className="text-xl font-semibold">
        {contributor.label ?? `Account ${contributor.accountId}`}
      </h2>
      <p className="soft number break-all text-sm">
        {contributor.payee} · account {contributor.accountId} ·{' '}
        {countOf(contributor.recordCount, 'record')} in{' '}
        {countOf(contributor.contributionCount, 'contribution')}
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure label="Earned, final">
          <Open wei={earnings.total} />
        </Figure>
        <Figure label="Paid out">
          <Open wei={earnings.paid} />
        </Figure>
        <Figure label="Settled or posted, to be paid">
          <Open wei={earnings.unpaid} />
        </Figure>
        <Figure label="Pending, not in an epoch yet">
          <Open wei={earnings.pending} />
        </Figure>
      </dl>

      <h3 className="mt-8 text-lg font-semibold">Answers that paid</h3>
      {contributor.inferences.length === 0 ? (
        <p className="soft">None in a final epoch yet.</p>
      ) : (
        <ScrollTable label="Answers that paid">
          <thead>
            <tr>
              <th scope="col">Question</th>
              <th scope="col" className="right">
                Share
              </th>
              <th scope="col" className="right">
                Earned
              </th>
            </tr>
          </thead>
          <tbody>
            {contributor.inferences.map((row) => (
              <tr key={`${row.inferenceNo}-${row.role}-${row.ppm}-${row.wei}`}>
                <td>
                  {row.requestId ? (
                    <Link to="/inferences/$id" params={{ id: row.requestId }}>
                      {row.question ?? `Answer ${row.inferenceNo} (private)`}
                    </Link>
                  ) : (
                    `Answer ${row.inferenceNo}`
                  )}
                  <div className="soft text-sm">
                    {row.model}, as {row.role.toLowerCase().replace('_', ' ')}
                  </div>
                </td>
                <td className="right">{row.ppm > 0 ? <Percent ppm={row.ppm} /> : '–'}</td>
                <td className="right">
                  <Open wei={row.wei} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}

      <h3 className="mt-8 text-lg font-semibold">Payments</h3>
      {contributor.payments.length === 0 ? (
        <p className="soft">None yet.</p>
      ) : (
        <ScrollTable label="Payments">
          <thead>
            <tr>
              <th scope="col">Epoch</th>
              <th scope="col">Block</th>
              <th scope="col" className="hidden sm:table-cell">
                Transaction
              </th>
              <th scope="col" className="right">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {contributor.payments.map(({ epochId, amount, at }) => (
              <tr key={`${at.transaction}-${epochId}-${amount}`}>
                <td className="number">{epochId}</td>
                <td className="number whitespace-nowrap">
                  {at.block}{' '}
                  <span className="soft text-sm">{FINALITY[at.finality] ?? at.finality}</span>
                </td>
                <td className="number hidden sm:table-cell" title={at.transaction}>
                  {at.transaction.slice(0, 14)}…
                </td>
                <td className="right">
                  <Open wei={amount} />
                </td>
              </tr>
            ))}
          </tbody>
        </ScrollTable>
      )}
      <AsOf asOf={contributor.asOf} />
    </section>
  )
}
