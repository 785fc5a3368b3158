import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** The tables in ClickHouse and the migrations of this version do not go together. */
export class MigrationError extends TributaryError {}
