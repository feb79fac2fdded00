import type { IDataObject } from 'n8n-workflow';

import { createRedactor } from '../engine/secrets/redaction';
import type { Verification } from '../kit/record';
import { unverifiable, verifyByAnswer } from '../kit/verification';
import { kindsIn, ownObject } from './answer';
import { holdsMask } from '../engine/secrets/masking';
import { hideable, secretsIn, type Source } from './secrets';

/**
 * Verified when the answer shows every secret as it was sent. Fields that may be shown prove nothing about the secret,
 * but one that comes back with another value than was sent is a mismatch all the same.
 */
export function verify(body: IDataObject, source: Source, answered: IDataObject): Verification {
	const sent: IDataObject = {};
	const secrets: IDataObject = {};
	const shown: IDataObject = {};
	for (const kind of kindsIn(body)) {
		const fields = ownObject(body, kind) ?? {};
		Object.assign(sent, comparable(kind, fields));
		Object.assign(secrets, comparable(kind, hideable(kind, fields, source)));
		Object.assign(shown, comparable(kind, ownObject(answered, kind) ?? {}, isShown));
	}
	const everything = verifyByAnswer(sent, shown);
	if (everything.status === 'failed') return withoutSecrets(everything, body, source);
	const secretsAlone = verifyByAnswer(secrets, shown);
	if (secretsAlone.status === 'verified') return secretsAlone;
	return unverifiable('Adobe’s answer does not show the secret.');
}

/** The detail names fields, and those of JSON people make up. */
function withoutSecrets({ detail, ...rest }: Verification, body: IDataObject, source: Source): Verification {
	if (detail === null || source === 'fields') return { ...rest, detail };
	return { ...rest, detail: createRedactor(secretsIn(body, source)).ownText(detail) };
}

function isShown(value: unknown): boolean {
	return value !== null && value !== '' && !holdsMask(value);
}

/** Fields by their path, in a form in which equal values are equal. */
function comparable(
	kind: string,
	fields: IDataObject,
	include: (value: unknown) => boolean = () => true,
): IDataObject {
	return Object.fromEntries(
		Object.entries(fields)
			.filter(([, value]) => include(value))
			.map(([name, value]) => [`${kind}.${name}`, comparableValue(value)]),
	) as IDataObject;
}

/** Numbers may come back as text, and keys with other line ends or without the last one. */
function comparableValue(value: unknown): unknown {
	if (typeof value === 'number') return String(value);
	if (typeof value !== 'string' || !value.includes('\n')) return value;
	return value.replaceAll('\r\n', '\n').trim();
}
