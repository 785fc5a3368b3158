import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { TributaryError } from '../errors/tributaryError.ts'
import type { Message, Schema } from './schema.ts'

/** A message does not follow its schema. */
export class MessageError extends TributaryError {}

const ajv = new Ajv2020({ allErrors: false, strict: true })

/**
 * A function that gives a message its type, or says which field is wrong.
 *
 * @param name what the message is called in errors
 * @example
 * const readTrainSpec = messageReader('train spec', TRAIN_SPEC)
 * const { seed } = readTrainSpec(job.spec)
 */
export function messageReader<const S extends Schema>(
  name: string,
  schema: S,
): (value: unknown) => Message<S> {
  // Compiled on first use: a page that reads one message does not pay for all.
  let validate: ValidateFunction | null = null
  return (value) => {
    validate ??= ajv.compile(schema)
    if (!validate(value)) {
      const [error] = validate.errors ?? []
      throw new MessageError(
        `${name} is wrong at ${error?.instancePath || '/'}: ${error?.message ?? 'unknown'}`,
        { code: 'message_invalid', hint: 'Sender and receiver may be of different versions.' },
      )
    }
    return value as Message<S>
  }
}
