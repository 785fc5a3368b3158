import { DeterministicError } from '../errors/hostErrors.ts'
import type { EntityType } from '../schema/entityModel.ts'

/**
 * The id that the host gives to an entity saved as `auto`: the block's number and a sequence in
 * it, as an `Int8` or as eight bytes.
 */
export function generateId(type: EntityType, block: number, sequence: number): string {
  switch (type.idType) {
    case 'Int8':
      return ((BigInt(block) << 32n) + BigInt(sequence)).toString()
    case 'Bytes': {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(block, 0)
      bytes.writeUInt32BE(sequence, 4)
      return `0x${bytes.toString('hex')}`
    }
    case 'String':
      throw new DeterministicError(
        `ids of \`${type.name}\` cannot be generated, as they are of the type String`,
      )
  }
}
