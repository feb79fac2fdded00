import { asObject, asText, cureOf, eachOnce, type FailureCode, isObject, type Refusal, type RefusalOverrides, textOf, type VendorAnswer } from '../kit';
import { saysOk } from './answer';
import { CONNECTION, CREDENTIAL } from './input';
import { MESSAGES } from './messages';

/**
 * `ok: false` is a refusal whatever the status. One with `display_message` tells that the connector refused the
 * credential: its status is the connector's and means nothing here, and DX has left the stored credential as it was.
 * A body of 2xx that says neither is left to the operation, which cannot read it.
 */
export function readRefusal(answer: VendorAnswer): Refusal | null {
	if (saysOk(answer)) return null;
	const body = asObject(answer.body);
	const vendorCode = asText(body.error);
	const displayMessage = asText(body.display_message);
	if (displayMessage !== null) {
		const vendorMessage = eachOnce([displayMessage, asText(body.raw_message)]);
		return { code: 'verificationFailed', applied: 'no', vendorCode, vendorMessage, ...ofDuplicate(vendorCode) };
	}
	const succeeded = answer.status >= 200 && answer.status < 300;
	if (succeeded && body.ok !== false) return null;
	// DX's own command line looks for its messages in these places, in this order.
	const vendorMessage = asText(asObject(body.error_details).message) ?? asText(body.message);
	const code = speaksOfTheAddress(answer, vendorCode) ? 'unexpectedResponse' : undefined;
	return { code, vendorCode, vendorMessage };
}

/** What an update is told of another credential has nothing to do with the connector either. */
function ofDuplicate(vendorCode: string | null): Pick<Refusal, 'hint' | 'text'> {
	return Object.hasOwn(CREATE_CODES, vendorCode ?? '') ? { text: textOf(MESSAGES.duplicate), hint: HINTS.conflict } : {};
}

/** What is to be said where the connector refuses what an item sends: its new secret, where it has one. */
export function refusedAtConnector({ correction }: { correction: string | null }): RefusalOverrides {
	if (correction === null) return {};
	return { texts: { verificationFailed: textOf(MESSAGES.secretRefused) }, hints: { verificationFailed: cureOf(MESSAGES.secretRefused, { correction })! } };
}

/** DX names what it does not find. A 404 that names nothing of it must not pass for a credential that is gone. */
function speaksOfTheAddress({ status, body }: VendorAnswer, vendorCode: string | null): boolean {
	const names = Object.hasOwn(CODES, vendorCode ?? '') && CODES[vendorCode ?? ''] !== 'invalidInput';
	return [404, 410].includes(status) && isObject(body) && !names;
}

/** DX's documented codes. Their statuses are not documented. */
export const CODES: Readonly<Record<string, FailureCode>> = {
	not_authed: 'authentication',
	connection_not_found: 'parentNotFound',
	credential_not_found: 'notFound',
	invalid_json: 'invalidInput',
	invalid_arguments: 'invalidInput',
};

/**
 * For a create only. DX reports these like a refusal of the connector. For a new credential they mean that there is one
 * already.
 */
export const CREATE_CODES: Readonly<Record<string, FailureCode>> = {
	'Duplicate secrets': 'conflict',
	'Duplicate settings': 'conflict',
};

/** What the user can do, by failure code. */
export const HINTS: Readonly<Partial<Record<FailureCode, string>>> = {
	authentication:
		'Check “API Token” in the node’s credential: it must be a token for the Data Cloud API of the same instance, created in the DX admin area.',
	parentNotFound: `Check “${CONNECTION}”, and that the node’s credential belongs to the same DX instance.`,
	notFound: `Check “${CREDENTIAL}”, and that it belongs to the chosen “${CONNECTION}”.`,
	verificationFailed:
		'DX has saved nothing: it signs in at the connector before any change, even if only the label changes, and refuses it when the secret that it has is not valid there any more. Correct the values, or give a new secret, before you run it again: several refused sign-ins can lock the account there.',
	conflict:
		'DX has stored nothing. Update the credential that has these values, or give others. If an earlier run ended without an answer, it may be the one that was created then.',
	unexpectedResponse:
		'Check the credential at DX, and “Instance” and “Base URL” in the node’s credential: the answer may come from a proxy or another service.',
};
