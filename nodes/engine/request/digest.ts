import { createHmac, randomBytes } from 'crypto';

const PROCESS_KEY = randomBytes(32);

/** Tells values apart within this process. Keyed, so that what is kept by it says nothing of the secrets in them. */
export function digestOf(...values: unknown[]): string {
	return createHmac('sha256', PROCESS_KEY).update(JSON.stringify(values)).digest('base64url');
}
