import { asObject, asText, type Refusal, type VendorAnswer, type VendorRecord } from '../kit';

// FILL IN: every shape of refusal that __Label__ documents; this reads `{"error": "a code", "message": "a sentence"}`.
export function readRefusal({ body }: VendorAnswer): Refusal | null {
	const { error, message } = asObject(body);
	const vendorCode = asText(error);
	const vendorMessage = asText(message);
	return vendorCode === null && vendorMessage === null ? null : { vendorCode, vendorMessage };
}

// FILL IN: what the codes mean, where the HTTP status does not say it; `{}` where it always does.
export const CODES: VendorRecord['codes'] = {};

// FILL IN: what a user can do at __Label__: where a key is made, which permission is needed, what else may be wrong.
export const HINTS: VendorRecord['hints'] = {
	// @if auth bearer
	authentication: 'Check “API Token” in the node’s credential: __Label__ does not accept it.',
	// @end
	// @if auth basic
	authentication: 'Check “Username” and “API Token” in the node’s credential: __Label__ does not accept them.',
	// @end
	// @if auth header
	authentication: 'Check “API Key” in the node’s credential: __Label__ does not accept it.',
	// @end
	// @if auth oauth2
	authentication: 'Check “Client ID” and “Client Secret” in the node’s credential: __Label__ does not accept its access token.',
	// @end
	permission: 'The account of the node’s credential needs the permission to manage stored credentials at __Label__.',
	notFound: 'Check the ID (not the name), and that the node’s credential belongs to the same account.',
};
