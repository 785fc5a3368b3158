const SHORT = 320

/** The text of a record; a long one opens on demand. */
export function RecordText({ text }: { text: string }) {
  if (text.length <= SHORT) return <blockquote className="record">{text}</blockquote>
  return (
    <details>
      <summary className="record">
        {text.slice(0, SHORT).trimEnd()}… <span className="soft">(whole record)</span>
      </summary>
      <blockquote className="record">{text}</blockquote>
    </details>
  )
}
