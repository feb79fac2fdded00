import { asObject, asText, eachOnce, type Refusal, type VendorAnswer, type VendorRecord } from '../kit';

/**
 * Four shapes of refusal are documented: v7 problem details (RFC 9457) with field messages, the v7 token refusal, the
 * older `{httpStatus, errors: [text]}`, and v6 `{errorMessage}`.
 */
export function readRefusal(answer: VendorAnswer): Refusal | null {
	const body = asObject(answer.body);
	const messages = [body.errorMessage, body.error_description, body.title, body.detail, ...fieldMessages(body.errors)]
		.map(asText)
		.filter((text) => text !== null);
	const vendorCode = asText(body.error) ?? asText(body.httpStatus) ?? firstFieldCode(body.errors);
	if (messages.length === 0 && vendorCode === null) return null;
	return { vendorCode, vendorMessage: eachOnce(messages) };
}

function fieldMessages(errors: unknown): unknown[] {
	if (!Array.isArray(errors)) return [];
	return errors.map((error: unknown) => {
		if (typeof error === 'string') return error;
		const { field, message } = asObject(error);
		return [asText(field), asText(message)].filter(Boolean).join(': ');
	});
}

function firstFieldCode(errors: unknown): string | null {
	return Array.isArray(errors) ? asText(asObject(errors[0]).code) : null;
}

export const CODES: VendorRecord['codes'] = { invalid_token: 'authentication' };

/**
 * What to do when ThousandEyes does not allow a request. Reading, creating and changing take a permission each, called
 * here as the API description calls it.
 */
export const PERMISSION_HINTS = {
	read: needs('Settings Tests Read'),
	create: `${needs('Settings Tests Create Transaction Tests')} The sandbox account cannot create credentials.`,
	change: `${needs('Settings Tests Update')} The sandbox account cannot change credentials.`,
};

export const HINTS: VendorRecord['hints'] = {
	authentication:
		'Check the token in the node’s credential before you run the node again: ThousandEyes blocks an address after 120 refused requests in an hour.',
	permission: PERMISSION_HINTS.change,
	notFound: 'Check the ID (not the name), and set “Account Group” in the options if the credential belongs to another account group.',
	unexpectedResponse: 'Check the base URL of the credential; ThousandEyes answers 301 to an API version that does not exist.',
};

function needs(permission: string): string {
	return `The account needs the permission “${permission}”, and must belong to the account group.`;
}
