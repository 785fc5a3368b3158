import { BigInt, dataSource } from '@graphprotocol/graph-ts'
import { Branch as BranchContract, Visited } from '../generated/templates/Branch/Branch'
import { Branch, Visit } from '../generated/schema'

export function handleVisited(event: Visited): void {
  const branch = Branch.load(event.address)!
  const context = dataSource.context()
  assert(dataSource.address().equals(event.address), 'the data source is the branch')
  assert(context.getString('label') == branch.label, 'the context came with the template')
  assert(context.getBigInt('opened').le(event.block.number), 'opened before it was visited')
  assert(dataSource.network() == 'local', 'the network')

  const visit = new Visit(event.transaction.hash.concatI32(event.logIndex.toI32()))
  visit.branch = branch.id
  visit.count = event.params.count
  visit.save()

  branch.visits = branch.visits + 1
  branch.related = branch.visitors.load().length
  const count = BranchContract.bind(event.address).try_count()
  if (!count.reverted) branch.chainCount = BigInt.fromI32(1)
  branch.save()
}
