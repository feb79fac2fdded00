import type { Reading, Verification } from '../kit/record';
import { verifyByAnswer } from '../kit/verification';
import type { Fields } from './input';

/** DX signs in at the connector with the credential before it saves anything, so success is proof. */
export function verifiedAtConnector({ label }: Fields, { name }: Reading): Verification {
	const shown = verifyByAnswer(label === undefined ? {} : { label }, name === null ? {} : { label: name });
	return shown.status === 'failed' ? shown : { status: 'verified', method: 'vendor', detail: null };
}
