import type { IDataObject } from 'n8n-workflow';

import type { Reading, Verification } from '../kit/record';
import { unverifiable, verifyByAnswer } from '../kit/verification';

/** What a create or an update sends. */
export interface SentFields {
	name?: string;
	credential_data?: IDataObject;
}

/** Holds what was sent against the answer, which shows the name alone. */
export function verify({ name, credential_data: secret }: SentFields, { name: answered }: Reading): Verification {
	const byAnswer = verifyByAnswer(name === undefined ? {} : { name }, answered === null ? {} : { name: answered });
	if (secret === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable('Nylas never returns credential data, so only its use can prove the change.');
}
