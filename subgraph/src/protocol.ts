import { BigInt } from '@graphprotocol/graph-ts'
import { Protocol } from '../generated/schema'

/** The one row of totals, made at its first use. */
export function loadProtocol(): Protocol {
  let protocol = Protocol.load('tributary')
  if (protocol === null) {
    protocol = new Protocol('tributary')
    protocol.accounts = 0
    protocol.datanets = 0
    protocol.contributions = 0
    protocol.records = 0
    protocol.models = 0
    protocol.batches = 0
    protocol.inferences = BigInt.zero()
    protocol.epochs = 0
    protocol.fees = BigInt.zero()
    protocol.deposited = BigInt.zero()
    protocol.collected = BigInt.zero()
    protocol.paid = BigInt.zero()
    protocol.gOpenSupply = BigInt.zero()
    protocol.paramsVersion = 0
  }
  return protocol
}
