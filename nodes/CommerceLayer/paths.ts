import type { IDataObject } from 'n8n-workflow';

import { pathTo } from '../kit/paths';

/** The media type of JSON:API. The API answers 406 to another Accept, 415 to another Content-Type. */
const JSON_API = 'application/vnd.api+json';

export const READ_HEADERS = { Accept: JSON_API };
export const WRITE_HEADERS = { Accept: JSON_API, 'Content-Type': JSON_API };

/** Resource types, in paths and documents alike. */
export const API_CREDENTIALS = 'api_credentials';
export const ORGANIZATIONS = 'organizations';
export const ROLES = 'roles';

export const CREDENTIALS_PATH = `/api/${API_CREDENTIALS}`;

export function credentialPath(id: string): string {
	return pathTo(CREDENTIALS_PATH, id);
}

/** The types of what a credential can be linked to: requests name them in the plural. */
const LINKED_TYPES = { organization: ORGANIZATIONS, role: ROLES } as const;

export type Relationship = keyof typeof LINKED_TYPES;

/** Ids of what a credential is to be linked to. */
export type Links = Partial<Record<Relationship, string>>;

/** The part of a document that links its resource; nothing where there is nothing to link. */
export function relationshipsTo(links: Links): IDataObject {
	const linked = Object.entries(links).map(([name, id]) => [
		name,
		{ data: { type: LINKED_TYPES[name as Relationship], id } },
	]);
	return linked.length === 0 ? {} : { relationships: Object.fromEntries(linked) as IDataObject };
}
