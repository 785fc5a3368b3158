/** One event of a `text/event-stream` body. */
export interface ServerEvent {
  /** `message` where the stream names none. */
  event: string
  data: string
  id: string | undefined
}

/**
 * Reads a response as server-sent events (WHATWG HTML, §9.2), one by one, to the end of its body.
 * Closing the iterator closes the connection.
 */
export async function* readServerEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let rest = ''
  let event = 'message'
  let data: string[] = []
  let id: string | undefined
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() as string
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event, data: data.join('\n'), id }
        event = 'message'
        data = []
        continue
      }
      const colon = line.indexOf(':')
      // A line that starts with a colon is a comment, sent to keep the connection open.
      if (colon === 0) continue
      const field = colon === -1 ? line : line.slice(0, colon)
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'event') event = value
      else if (field === 'data') data.push(value)
      else if (field === 'id') id = value
    }
  }
}
