/**
 * The messages of a server-sent event stream, however its bytes were cut on the way: the joined
 * `data:` lines of each event. Ends with the stream; an event that was cut off is left out.
 */
export async function* eventStream(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    rest += piece
    // A lone \r at the end may be half of a line break.
    const held = rest.endsWith('\r') ? '\r' : ''
    const blocks = rest.slice(0, rest.length - held.length).split(/\r\n\r\n|\n\n|\r\r/)
    rest = (blocks.pop() ?? '') + held
    for (const block of blocks) {
      const data = block
        .split(/\r\n|\n|\r/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).replace(/^ /, ''))
      if (data.length > 0) yield data.join('\n')
    }
  }
}
