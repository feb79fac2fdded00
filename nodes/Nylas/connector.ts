import type { Meanings } from '../kit/record';

/** Where a request names no credential, the connector is all that Nylas can fail to find; it says the same of both. */
export const CONNECTOR_MISSING = { 'api.not_found_error': 'parentNotFound' } satisfies Meanings['codes'];
