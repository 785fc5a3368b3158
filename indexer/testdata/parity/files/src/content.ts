import { Bytes, dataSource, json } from '@graphprotocol/graph-ts'
import { Content } from '../generated/schema'

export function handleContent(bytes: Bytes): void {
  const content = new Content(dataSource.stringParam())
  const parsed = json.try_fromBytes(bytes)
  if (parsed.isError) {
    content.title = 'no JSON'
    content.words = []
  } else {
    const object = parsed.value.toObject()
    content.title = object.get('title')!.toString()
    content.words = content.title.split(' ')
  }
  content.length = bytes.length
  content.from = dataSource.context().getBytes('from')
  content.save()
}
