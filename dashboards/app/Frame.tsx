import { Link, Outlet } from '@tanstack/react-router'
import { SampleNotice } from '../components/SampleNotice.tsx'
import { ChatContext } from '../pages/chat/ChatContext.ts'
import { useChat } from '../pages/chat/useChat.ts'

const PAGES = [
  { to: '/', label: 'Live loop' },
  { to: '/earnings', label: 'My earnings' },
  { to: '/inferences', label: 'Inferences' },
  { to: '/chat', label: 'Chat' },
] as const

/** What every page stands in: the name, the way to the other pages, and whose money it is not. */
export function Frame() {
  const chat = useChat()
  return (
    <>
      <header
        className="border-b"
        style={{ borderColor: 'var(--line)', background: 'var(--surface)' }}
      >
        <div className="mx-auto flex max-w-6xl flex-wrap items-baseline gap-x-8 gap-y-2 px-5 py-4">
          <Link to="/" className="text-lg font-semibold" style={{ color: 'var(--ink)' }}>
            Tributary
          </Link>
          <nav aria-label="Pages" className="flex flex-wrap gap-x-5">
            {PAGES.map(({ to, label }) => (
              <Link
                key={to}
                to={to}
                activeOptions={{ exact: to === '/' }}
                activeProps={{ className: 'font-semibold underline', 'aria-current': 'page' }}
              >
                {label}
              </Link>
            ))}
          </nav>
        </div>
      </header>
      <SampleNotice />
      <main className="mx-auto max-w-6xl px-5 py-6">
        <ChatContext value={chat}>
          <Outlet />
        </ChatContext>
      </main>
    </>
  )
}
