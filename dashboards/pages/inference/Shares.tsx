import { type ReactNode, useState } from 'react'
import { Open } from '../../components/Open.tsx'
import { Percent } from '../../components/Percent.tsx'
import { Who } from '../../components/Who.tsx'
import type { Attribution, Line } from './InferenceData.ts'
import { RecordText } from './RecordText.tsx'

const SHOWN = 5

/** Who is behind an answer: each record's share, then the base model and the commons. */
export function Shares({ attribution, lines }: { attribution: Attribution; lines: Line[] }) {
  const [isWhole, setIsWhole] = useState(false)
  const { shares, basePpm, commonsPpm } = attribution
  const weiOf = (role: string) =>
    lines.filter((line) => line.role === role).reduce((sum, { wei }) => sum + BigInt(wei), 0n)
  const pool = ['CONTRIBUTOR', 'BASE', 'COMMONS'].reduce((sum, role) => sum + weiOf(role), 0n)
  const total = shares.reduce((sum, { ppm }) => sum + ppm, basePpm + commonsPpm)
  return (
    <>
      <ol className="mt-3 grid gap-3">
        {(isWhole ? shares : shares.slice(0, SHOWN)).map((share) => (
          <Entry
            key={`${share.account.accountId}-${share.clusterId}`}
            who={<Who account={share.account} />}
            about={
              share.record
                ? `record ${share.record.recordNo} of Datanet ${share.record.datanetId}${share.record.package ? `, about ${share.record.package}` : ''}`
                : `evidence cluster ${share.clusterId}`
            }
            ppm={share.ppm}
            wei={share.wei}
          >
            {share.text ? <RecordText text={share.text} /> : null}
          </Entry>
        ))}
        {shares.length > SHOWN && !isWhole ? (
          <li>
            <button type="button" onClick={() => setIsWhole(true)}>
              Show all {shares.length} contributors’ records
            </button>
          </li>
        ) : null}
        <Entry
          who="Base model"
          about="what the model would have said without these Datanets"
          ppm={basePpm}
          wei={weiOf('BASE')}
        />
        <Entry
          who="Commons"
          about="what could not be placed with anybody"
          ppm={commonsPpm}
          wei={weiOf('COMMONS')}
        />
      </ol>
      <p className="mt-3 flex flex-wrap justify-between gap-x-6 font-semibold">
        <span>Contributors’ pool, together</span>
        <span>
          <Percent ppm={total} /> · <Open wei={pool} />
        </span>
      </p>
    </>
  )
}

function Entry({
  who,
  about,
  ppm,
  wei,
  children,
}: {
  who: ReactNode
  about: string
  ppm: number
  wei: string | bigint
  children?: ReactNode
}) {
  return (
    <li className="border-b pb-3" style={{ borderColor: 'var(--line)' }}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-6">
        <span>
          <strong className="font-semibold">{who}</strong>{' '}
          <span className="soft text-sm">{about}</span>
        </span>
        <span>
          <Percent ppm={ppm} /> · <Open wei={wei} />{' '}
          <span className="soft number text-sm">{BigInt(wei).toString()} wei</span>
        </span>
      </div>
      <div className="bar" aria-hidden="true">
        <div style={{ width: `${ppm / 10_000}%` }} />
      </div>
      {children}
    </li>
  )
}
