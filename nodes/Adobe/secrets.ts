import omit from 'lodash/omit';
import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../shared/http';
import { leaves } from '../shared/redaction';
import { replaceUserInfo, secretsInUserInfo, withDecoded } from '../shared/userInfo';
import { PLAIN_TOP_FIELDS } from './configuration';
import { plainFieldsOf } from './kinds';

/** Where a body comes from: out of JSON, where every value may be a secret, or out of fields whose meaning is known. */
export type Source = 'fields' | 'json';

/** Every secret in a body, those inside of URLs and connection strings by themselves as well. */
export function secretsIn(body: IDataObject, source: Source): string[] {
	return Object.entries(body)
		.filter(([name]) => !PLAIN_TOP_FIELDS.includes(name))
		.flatMap(([name, value]) => [
			...leaves(isObject(value) ? hideable(name, value, source) : value),
			...leaves(value).flatMap(secretParts),
		]);
}

/** The fields of a kind's object that may not be shown. */
export function hideable(kind: string, fields: IDataObject, source: Source): IDataObject {
	return source === 'json' ? fields : (omit(fields, plainFieldsOf(kind)) as IDataObject);
}

/** Keys and signatures in Azure connection strings and in URLs with a shared access signature. */
const AZURE_SECRETS = /(?:AccountKey|SharedAccessKey|SharedAccessSignature|[?&]sig)=([^;&#]+)/gi;

/** What a text carries that is a secret alone: a vendor may quote just that. */
function secretParts(text: string): string[] {
	const azure = [...text.matchAll(AZURE_SECRETS)].map(([, secret = '']) => secret);
	return [...secretsInUserInfo(text), ...withDecoded(azure)];
}

/** A URL as it may be shown: without user-info, and without the query, where Azure has its access signatures. */
export function shownUrl(url: unknown): string | null {
	const text = asText(url);
	return text === null ? null : replaceUserInfo(text, '').replace(/[?#].*$/s, '');
}
