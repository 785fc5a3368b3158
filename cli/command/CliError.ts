import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A command cannot do what it was asked; the message is for the person who asked. */
export class CliError extends TributaryError {}
