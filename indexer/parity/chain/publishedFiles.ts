import { contentId } from '../../manifest/contentId.ts'

/** A file that the chain names by its content id. */
export interface PublishedFile {
  readonly id: string
  readonly bytes: Uint8Array
}

/** Files for the case of file data sources: some are JSON, some are not. */
export const PUBLISHED: readonly PublishedFile[] = [
  JSON.stringify({ title: 'The first file', body: 'of some' }),
  JSON.stringify({ title: 'Second', list: [1, 2, 3] }),
  'not JSON at all',
  JSON.stringify({ title: 'Ünïcode 東京 😀' }),
  '',
  JSON.stringify({ body: 'without a title' }),
].map((text) => {
  const bytes = Buffer.from(text, 'utf8')
  return { id: contentId(bytes), bytes }
})
