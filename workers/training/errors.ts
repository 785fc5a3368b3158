import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** Something that a training needs is not there yet, or never will be; trying again tells. */
export class TrainingNotReady extends TributaryError {
  constructor(message: string, hint: string) {
    super(message, { code: 'training_not_ready', hint })
  }
}
