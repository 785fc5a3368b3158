import { Link } from '@tanstack/react-router'

/** A contributor by name, or by account where nobody gave a name; leads to the earnings. */
export function Who({
  account,
}: {
  account: { accountId: string; payee: string; label: string | null }
}) {
  return (
    <Link to="/earnings" search={{ address: account.payee }} title={account.payee}>
      {account.label ?? `account ${account.accountId}`}
    </Link>
  )
}
