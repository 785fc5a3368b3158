/** A moment, in the reader's own time zone; exact in its title. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  )
}
