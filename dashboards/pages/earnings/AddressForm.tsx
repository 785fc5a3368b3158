import { type FormEvent, useState } from 'react'

/** 0x and 20 bytes in hexadecimal, in any case. */
export const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** Asks for the address whose earnings are wanted. */
export function AddressForm({
  address,
  onAddress,
}: {
  address: string | undefined
  onAddress: (address: string) => void
}) {
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
    onAddress(text)
  }
  return (
    <>
      <form onSubmit={submit} className="mt-4 flex flex-wrap gap-3">
        <label
          className="flex flex-1 flex-col gap-1 text-sm"
          style={{ minWidth: 'min(20rem, 100%)' }}
        >
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
    </>
  )
}
