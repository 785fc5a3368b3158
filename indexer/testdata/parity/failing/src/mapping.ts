import {
  Address,
  BigDecimal,
  BigInt,
  Bytes,
  DataSourceTemplate,
  Entity,
  Value,
  dataSource,
  ethereum,
  ipfs,
  json,
  log,
  store,
} from '@graphprotocol/graph-ts'
import { Fail, Put } from '../generated/Emitter/Emitter'
import { Part, Thing } from '../generated/schema'

function mode(): i32 {
  return dataSource.context().getI32('mode')
}

export function handlePut(event: Put): void {
  const thing = new Thing(event.params.id)
  thing.number = event.params.number
  thing.save()
}

export function handleBlock(block: ethereum.Block): void {
  if (mode() == 30 && block.number.gt(BigInt.fromI32(200))) {
    const none: Thing | null = Thing.load('nobody has this id')
    none!.save()
  }
}

function deeper(n: i32): i32 {
  return n == 0x7fffffff ? 0 : deeper(n + 1) + n
}

export function handleFail(event: Fail): void {
  // What this handler did before it failed is gone.
  const before = new Thing('before')
  before.number = event.params.code
  before.save()
  const zero = event.params.code.minus(event.params.code)
  const entity = new Entity()
  entity.set('id', Value.fromString('made'))
  entity.set('number', Value.fromBigInt(zero))
  switch (mode()) {
    case 0:
      assert(false, 'refused with code ' + event.params.code.toString())
      break
    case 1:
      log.critical('critical {}', [event.params.code.toString()])
      break
    case 2:
      before.number = event.params.code.div(zero)
      break
    case 3:
      before.number = BigInt.fromString(event.params.code.toBigDecimal().div(zero.toBigDecimal()).toString())
      break
    case 4:
      DataSourceTemplate.create('Nothing', ['0x0000000000000000000000000000000000000001'])
      break
    case 5:
      entity.set('colour', Value.fromString('red'))
      entity.set('another', Value.fromString('red'))
      store.set('Thing', 'made', entity)
      break
    case 6:
      Thing.load('nobody has this id')!.save()
      break
    case 7: {
      const list: i32[] = [1, 2]
      before.number = BigInt.fromI32(list[event.params.code.toI32() + 5])
      break
    }
    case 8:
      before.number = BigInt.fromI32(7 / zero.toI32())
      break
    case 9:
      unreachable()
      break
    case 10:
      entity.set('number', Value.fromString('a word'))
      store.set('Thing', 'made', entity)
      break
    case 11:
      entity.set('id', Value.fromString('another'))
      store.set('Thing', 'made', entity)
      break
    case 12:
      store.set('Nothing', 'made', entity)
      break
    case 13:
      store.get('Nothing', 'made')
      break
    case 14:
      before.number = BigInt.fromString('12x')
      break
    case 15:
      json.fromString('{"a":')
      break
    case 16:
      before.number = BigInt.fromI64(json.fromString('[1e3]').toArray()[0].toI64())
      break
    case 17:
      ipfs.cat('QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG')
      break
    case 18:
      ethereum.call(
        new ethereum.SmartContractCall('Emitter', event.address, 'nothing', 'nothing():(uint256)', []),
      )
      break
    case 19:
      ethereum.call(
        new ethereum.SmartContractCall('Unknown', event.address, 'answer', 'answer(uint256):(uint256)', []),
      )
      break
    case 20:
      before.number = BigInt.fromI32(BigDecimal.fromString('one').toString().length)
      break
    case 21:
      Address.fromBytes(Bytes.fromHexString('0x0102'))
      break
    case 22:
      // Memory that the module does not have.
      before.number = BigInt.fromI32(load<i32>(0xfffffff0))
      break
    case 23:
      before.number = BigInt.fromI32(2).pow(<u8>200).pow(<u8>200).pow(<u8>200)
      break
    case 24:
      entity.set('parts', Value.fromStringArray(['a']))
      store.set('Thing', 'made', entity)
      break
    case 25: {
      // Without a count.
      const part = new Entity()
      part.set('id', Value.fromBytes(Bytes.fromHexString('0x01')))
      part.set('thing', Value.fromString('before'))
      store.set('Part', '0x01', part)
      break
    }
    case 26:
      before.number = BigInt.fromI32(deeper(0))
      break
    case 27: {
      const part = new Part(Bytes.fromHexString('0x02'))
      part.thing = 'before'
      part.count = 1
      part.save()
      if (event.params.code.gt(BigInt.fromI32(7))) store.remove('Part', '0x0202')
      break
    }
    case 28:
      entity.set('kind', Value.fromString('UGLY'))
      store.set('Thing', 'made', entity)
      break
    case 29: {
      const part = new Part(Bytes.fromHexString('0x02'))
      part.thing = 'before'
      part.count = 1
      part.save()
      store.remove('Part', 'no bytes')
      break
    }
  }
}
