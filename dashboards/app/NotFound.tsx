import { Link } from '@tanstack/react-router'

export function NotFound() {
  return (
    <section className="card">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-2">
        Go to <Link to="/">the live loop</Link>.
      </p>
    </section>
  )
}
