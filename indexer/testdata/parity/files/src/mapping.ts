import { Bytes, DataSourceContext } from '@graphprotocol/graph-ts'
import { Content as ContentTemplate } from '../generated/templates'
import { Published } from '../generated/Emitter/Emitter'
import { Document } from '../generated/schema'

export function handlePublished(event: Published): void {
  const document = new Document(event.params.cid + '-' + event.params.number.toString())
  document.number = event.params.number
  document.block = event.block.number
  const from = Bytes.fromHexString('0x0102')
  document.content = event.params.cid + '-' + from.toHexString()
  document.save()
  const context = new DataSourceContext()
  context.setBytes('from', from)
  ContentTemplate.createWithContext(event.params.cid, context)
}
