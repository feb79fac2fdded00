import { readStoreRefusal, type Refusal, type VendorAnswer, type VendorRecord } from '../kit';

/** n8n has no codes: a sentence, and a status that tells. */
export function readRefusal(answer: VendorAnswer): Refusal | null {
	return readStoreRefusal(answer);
}

export const CODES: VendorRecord['codes'] = {};

/** What to do when n8n does not allow a request. The permissions of an API key are called scopes there. */
export const PERMISSION_HINTS = {
	create: needs('credential:create'),
	delete: needs('credential:delete'),
	list: `${needs('credential:list')} Only keys of owners and admins can have it. By its ID, a credential can be changed without it.`,
	read: `${needs('credential:read')} Only keys of owners and admins can have it.`,
	update: needs('credential:update'),
};

export const HINTS: VendorRecord['hints'] = {
	authentication:
		'Open the credential of this node and check “API Key”. Keys of n8n expire: create a new one in n8n under Settings > n8n API where this one has.',
	permission: PERMISSION_HINTS.update,
	notFound: 'Check the ID (not the name), and that the API key belongs to the n8n that has the credential, and to a user who may use it.',
	unexpectedResponse: 'Check “Base URL” of the node’s credential: it ends with /api/v1. The answer may come from n8n’s editor, a proxy or another service.',
};

function needs(scope: string): string {
	return `The API key needs the permission (scope) “${scope}”, and its user a role that may do this with the credential.`;
}
