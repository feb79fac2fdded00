import { asObject, asText, type Refusal, type VendorAnswer, type VendorRecord } from '../kit';

/**
 * The gateway refuses with `{error_code, message}`, the service with problem details `{type, status, title, detail}`.
 * A stored configuration has a `type`, too, and none of the rest.
 */
export function readRefusal({ status, body }: VendorAnswer): Refusal | null {
	const said = asObject(body);
	const saysNo = asText(said.error_code) !== null || Number(asText(said.status)) >= 400;
	if (status < 300 && !saysNo) return null;
	const vendorCode = asText(said.error_code) ?? asText(said.title);
	const vendorMessage = asText(said.message) ?? asText(said.detail) ?? asText(said.title);
	return vendorCode === null && vendorMessage === null ? null : { vendorCode, vendorMessage };
}

/** Codes of the gateway, from “Request header errors” in the Experience Platform troubleshooting guide. */
export const CODES: VendorRecord['codes'] = {
	'400003': 'authentication', // Missing header: the organization ID.
	'401013': 'authentication', // Oauth token is not valid
	'403000': 'authentication', // Api Key is required
	'403003': 'authentication', // Api Key is invalid
	'403010': 'authentication', // Oauth token is missing.
	'403025': 'permission', // Profile is not valid: not entitled to this organization.
	'429050': 'rateLimited', // Too many requests
};

export const HINTS: VendorRecord['hints'] = {
	authentication:
		'Open the credential of this node and check client ID, client secret and organization ID, or the access token, which is valid for 24 hours; then run its test.',
	permission:
		'The API credential needs the permission “Destination Authoring” for the organization and the sandbox that the node’s credential names.',
	notFound:
		'Check the ID (not the name), and “Sandbox Name” in the credential of this node: a configuration belongs to one sandbox.',
};
