/** A page is not as it should be, or there is no browser to look at it with. */
export class BrowserError extends Error {
  override name = 'BrowserError'
}
