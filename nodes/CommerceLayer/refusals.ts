import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, eachOnce, type Refusal, type VendorAnswer, type VendorRecord } from '../kit';

/** Reads a JSON:API error document; `null` when the body is none. */
export function readRefusal({ body }: VendorAnswer): Refusal | null {
	const listed: unknown = asObject(body).errors;
	const errors = (Array.isArray(listed) ? listed : []).map(asObject);
	if (errors.length === 0) return null;
	const pointers = errors.map(pointerOf);
	const [, hint] =
		HINTS_BY_POINTER.find(([opening]) => pointers.some((pointer) => pointer?.startsWith(opening))) ?? [];
	return {
		vendorCode: errors.map(({ code }) => asText(code)).find((code) => code !== null) ?? null,
		vendorMessage: eachOnce(errors.map(sentenceOf)),
		hint,
	};
}

function sentenceOf(error: IDataObject): string {
	const pointer = pointerOf(error);
	return [asText(error.detail) ?? asText(error.title), pointer && `(${pointer})`].filter(Boolean).join(' ');
}

function pointerOf({ source }: IDataObject): string | null {
	return asText(asObject(source).pointer);
}

/** Empty: each documented code comes with a status that says the same. */
export const CODES: VendorRecord['codes'] = {};

export const HINTS: VendorRecord['hints'] = {
	authentication:
		'Check client ID and client secret in the node’s credential: they are personal Provisioning API credentials, from the user menu of the dashboard. Commerce Layer answers in the same way to a member who is not an admin of the organization.',
	permission:
		'Use the Provisioning API credentials of an admin of the organization: no other member has the permission to change its API credentials.',
	notFound:
		'Check the ID (not the name), and that the owner of the node’s credential is a member of the organization that the API credential belongs to.',
	conflict: 'Commerce Layer wants one of the values to be unique: choose another one.',
	locked: 'Other records at Commerce Layer depend on the API credential as it is. Look it up in the dashboard.',
	rateLimited:
		'Wait some ten seconds, then try again: Commerce Layer counts the requests of an address, in the last ten seconds and in the last minute.',
	unexpectedResponse:
		'Check the base URL of the credential: it must lead to the Provisioning API, not to an organization’s own address, and a proxy must leave the headers Accept and Content-Type as they are.',
};

/** What to do where the API points at one part of the request, by the beginning of its JSON pointer. */
const HINTS_BY_POINTER: ReadonlyArray<readonly [string, string]> = [
	[
		'/data/relationships/organization',
		'Check “Organization”: it must be one that the owner of the node’s credential is an admin of.',
	],
	[
		'/data/relationships/role',
		'Check “Role”: it must be a role of the organization that the API credential belongs to. Integrations need a role; sales channels and web apps cannot have one.',
	],
];
