import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A token segment cannot be built of these records, or a stored one is damaged. */
export class SegmentError extends TributaryError {}
