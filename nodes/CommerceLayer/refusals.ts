import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, type VendorAnswer } from '../kit/json';
import type { Refusal } from '../kit/record';

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
		vendorMessage: errors.map(sentenceOf).filter(Boolean).join(' ') || null,
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
