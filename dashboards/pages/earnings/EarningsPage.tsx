import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { earningsRoute } from '../../app/router.tsx'
import { Earner } from './Earner.tsx'
import { Earners } from './Earners.tsx'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** What an address has earned, from which answers, and where the money stands. No wallet needed. */
export function EarningsPage() {
  const { address } = earningsRoute.useSearch()
  const navigate = earningsRoute.useNavigate()
  const [typed, setTyped] = useState(address ?? '')
  const [problem, setProblem] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const text = typed.trim()
    if (!ADDRESS.test(text)) {
      setProblem('An address is 0x and 40 hexadecimal digits.')
      return
    }
    setProblem(undefined)
    void navigate({ search: { address: text } })
  }
  return (
    <>
      <h1 className="text-2xl font-semibold">My earnings</h1>
      <form onSubmit={submit} className="mt-4 flex flex-wrap gap-3">
        <label className="flex flex-1 flex-col text-sm" style={{ minWidth: '20rem' }}>
          <span className="soft">Address that is paid</span>
          <input
            name="address"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="0x…"
            spellCheck={false}
            aria-invalid={problem !== undefined}
            aria-describedby="address-problem"
          />
        </label>
        <button type="submit" className="primary self-end">
          Show earnings
        </button>
      </form>
      <p id="address-problem" role="alert" className="bad mt-2 text-sm">
        {problem}
      </p>
      {address && ADDRESS.test(address) ? (
        <>
          <Earner address={address} />
          <p className="mt-4 text-sm">
            <Link to="/earnings">All contributors</Link>
          </p>
        </>
      ) : (
        <Earners />
      )}
    </>
  )
}
