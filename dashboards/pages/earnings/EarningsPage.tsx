import { getRouteApi, Link } from '@tanstack/react-router'
import { ADDRESS, AddressForm } from './AddressForm.tsx'
import { Earner } from './Earner.tsx'
import { Earners } from './Earners.tsx'

const route = getRouteApi('/earnings')

/** What an address has earned, from which answers, and where the money stands. No wallet needed. */
export function EarningsPage() {
  const { address } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <h1 className="text-2xl font-semibold">My earnings</h1>
      <AddressForm
        key={`form-${address}`}
        address={address}
        onAddress={(text) => void navigate({ search: { address: text } })}
      />
      {address && ADDRESS.test(address) ? (
        <>
          <Earner key={address} address={address} />
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
