import { TributaryError } from '../errors/tributaryError.ts'

/** An id lies outside its range or has the wrong form. */
export class IdError extends TributaryError {}

const SEQ_BITS = 48n

/**
 * The number of an inference over all services: `serviceId · 2^48 + seq`.
 *
 * @param serviceId u16, at least 1
 * @param seq u48, without gaps within the service
 */
export function inferenceNo(serviceId: number, seq: bigint): bigint {
  if (!Number.isInteger(serviceId) || serviceId < 1 || serviceId > 0xffff) {
    throw new IdError(`service id ${serviceId} is not between 1 and 65535`, {
      code: 'id_service',
      hint: 'Use the id that AttributionSettlement.registerService returned.',
    })
  }
  if (seq < 0n || seq >> SEQ_BITS !== 0n) {
    throw new IdError(`inference sequence ${seq} is not an unsigned 48-bit integer`, {
      code: 'id_sequence',
    })
  }
  return (BigInt(serviceId) << SEQ_BITS) | seq
}

/** Takes an inference number apart again. */
export function splitInferenceNo(value: bigint): { serviceId: number; seq: bigint } {
  const serviceId = Number(value >> SEQ_BITS)
  const seq = value & ((1n << SEQ_BITS) - 1n)
  if (value < 0n || inferenceNo(serviceId, seq) !== value) {
    throw new IdError(`${value} is not an inference number`, { code: 'id_inference' })
  }
  return { serviceId, seq }
}
