/** A hash or a signature, whole: it is there to be compared and copied. */
export function Hash({ children }: { children: string }) {
  return <code className="number break-all text-sm">{children}</code>
}
