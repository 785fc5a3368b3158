import { contentId } from '../../manifest/contentId.ts'

/** A file that the chain names by its content id. */
export interface PublishedFile {
  readonly id: string
  readonly bytes: Uint8Array
}

const NAMED = JSON.stringify({ title: 'named by a file', list: [1, -2.5, 1e21, true, null] })

/** YAML with every kind of value, some of which only YAML 1.1 takes for what they look like. */
const YAML = `
plain: [~, Null, nUll, True, yes, 12, +7, -0x1F, 0o17, 017, 1_000, 2., -.5, 1e3, 1e16, 1e-7]
limits: [18446744073709551615, -9223372036854775808, .inf, -.Inf, .NaN, 1e999]
"quoted": ['true', "tab\tand \u00e9", !!str 5, !!int "6", !!float 7]
? { of: any kind }
: !custom [&anchor { <<: not merged }, *anchor, !own 5, !<tag:yaml.org,2002:null> ~]
text: |
  two lines
  of text
folded: >-
  one
  line
2001-12-14: date
`

/** Files for the case of file data sources: some are JSON or YAML, some are not; one names another. */
export const PUBLISHED: readonly PublishedFile[] = [
  JSON.stringify({ title: 'The first file', body: 'of some' }),
  JSON.stringify({ title: 'Second', list: [1, 2, 3] }),
  'not JSON at all: {',
  JSON.stringify({ title: 'Ünïcode 東京 😀' }),
  '',
  JSON.stringify({ body: 'without a title' }),
  JSON.stringify({ title: 'of another', next: contentId(Buffer.from(NAMED, 'utf8')) }),
  YAML,
  'a: 1\na: 2',
  NAMED,
].map((text) => {
  const bytes = Buffer.from(text, 'utf8')
  return { id: contentId(bytes), bytes }
})
