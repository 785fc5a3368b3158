import { Open } from '../../components/Open.tsx'
import { ScrollTable } from '../../components/ScrollTable.tsx'
import { feeByRole } from './feeByRole.ts'
import type { Line } from './InferenceData.ts'

/** Every line of a fee by role, and that they sum to it. */
export function Fee({ fee, lines }: { fee: string; lines: Line[] }) {
  const { roles, sum } = feeByRole(lines)
  const isWhole = sum === BigInt(fee)
  return (
    <>
      <ScrollTable label="The fee, line by line">
        <thead>
          <tr>
            <th scope="col">Who, and as what</th>
            <th scope="col" className="right hidden sm:table-cell">
              Amount
            </th>
            <th scope="col" className="right">
              Wei
            </th>
          </tr>
        </thead>
        <tbody>
          {roles.flatMap(({ role, name, lines: own }) =>
            own.map((line) => (
              <tr key={`${role}-${line.accountId}-${line.clusterId}`}>
                <td>
                  {line.label ?? `account ${line.accountId}`}{' '}
                  {line.label === name ? null : <span className="soft text-sm">{name}</span>}
                </td>
                <td className="right hidden sm:table-cell">
                  <Open wei={line.wei} />
                </td>
                <td className="right number">{line.wei}</td>
              </tr>
            )),
          )}
        </tbody>
        <tfoot>
          <tr className="font-semibold">
            <td>Sum of the lines</td>
            <td className="right hidden sm:table-cell">
              <Open wei={sum} />
            </td>
            <td className="right number">{sum.toString()}</td>
          </tr>
          <tr>
            <td>Fee of the answer</td>
            <td className="right hidden sm:table-cell">
              <Open wei={fee} />
            </td>
            <td className="right number">{fee}</td>
          </tr>
        </tfoot>
      </ScrollTable>
      <p className={`mt-2 ${isWhole ? 'good' : 'bad'}`} role={isWhole ? undefined : 'alert'}>
        {isWhole
          ? '✓ The lines sum to the fee, to the wei.'
          : '✗ The lines do not sum to the fee: something is wrong.'}
      </p>
    </>
  )
}
