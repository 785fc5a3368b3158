import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContentPathError, parseContentPath } from './contentPath.ts'

const V0 = 'QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn'
const V1 = 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'

test('a file is named by its content id, a path, or a URL with it', () => {
  for (const cid of [V0, V1]) {
    const path = `${cid}/dir/readme.md`
    for (const [given, text] of [
      [cid, cid],
      [` ${cid} `, cid],
      [`///${cid}//`, cid],
      [path, path],
      [`/ipfs/${path}`, path],
      [`ipfs://${cid}`, cid],
      [`http://node:5001/api/v0/cat?arg=${path}`, path],
      [`https://gateway/ipfs/${path}`, path],
      [`https://gateway/${cid}`, cid],
    ]) {
      assert.equal(parseContentPath(given).text, text, given)
    }
  }
})

test('a content id is brought to one form, whatever base it is written in', () => {
  const { cid } = parseContentPath(V1)
  const bytes = Buffer.from([cid.version, cid.codec, cid.hash, cid.digest.length, ...cid.digest])
  for (const text of [
    `f${bytes.toString('hex')}`,
    `F${bytes.toString('hex').toUpperCase()}`,
    `u${bytes.toString('base64url')}`,
    `M${bytes.toString('base64')}`,
    V1.toUpperCase(),
    'zdj7WhwkJPEEkVwZhtUvYkcJbgKfcvhyGPTNDJW3LyTb9jUTc',
  ]) {
    const { text: brought, cid: read } = parseContentPath(text)
    if (text.startsWith('z')) assert.equal(read.digest.length, 32)
    else assert.equal(brought, V1, text)
  }
})

test('what names no file is told in the words of graph-node', () => {
  const refuses = (given: string, message: string) => {
    assert.throws(
      () => parseContentPath(given),
      (error) => {
        return error instanceof ContentPathError && error.message === message
      },
    )
  }
  refuses('', "'' is not a valid IPFS content path: content path is empty")
  refuses('not_a_cid', "'not_a_cid' is not a valid IPFS content path: invalid CID")
  refuses(
    `${V0.slice(0, -1)}l`,
    `'${V0.slice(0, -1)}l' is not a valid IPFS content path: invalid CID`,
  )
  refuses(`${V1}a`, `'${V1}a' is not a valid IPFS content path: invalid CID`)
  refuses(
    `${V0}/readme.md?offline=true`,
    `'${V0}/readme.md?offline=true' is not a valid IPFS content path: query parameters not allowed`,
  )
})
