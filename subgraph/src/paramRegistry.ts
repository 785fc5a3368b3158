import { ParamsScheduled } from '../generated/ParamRegistry/ParamRegistry'
import { ParamChange } from '../generated/schema'
import { eventId } from './eventId'
import { loadProtocol } from './protocol'

export function handleParamsScheduled(event: ParamsScheduled): void {
  const version = event.params.version.toI32()
  const change = new ParamChange(eventId(event))
  change.version = version
  change.key = event.params.key
  change.previous = event.params.previous
  change.value = event.params.value
  change.effectiveEpoch = event.params.effectiveEpoch
  change.blockNumber = event.block.number
  change.timestamp = event.block.timestamp
  change.transactionHash = event.transaction.hash
  change.save()

  const protocol = loadProtocol()
  if (version > protocol.paramsVersion) {
    protocol.paramsVersion = version
    protocol.save()
  }
}
