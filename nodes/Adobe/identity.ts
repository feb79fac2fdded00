import isEqual from 'lodash/isEqual';
import pick from 'lodash/pick';
import type { IDataObject } from 'n8n-workflow';

import { asText } from '../kit/json';
import { alike } from '../kit/duplicates';
import type { Reading } from '../kit/record';
import { plainFieldsOf } from './kinds';
import { readConfiguration } from './reading';

/** By what a person would take two configurations for the same: by name, or by where and as whom they sign in. */
type Identity = { name: string } | { type: string; account: IDataObject };

/**
 * What a new configuration is told apart by; `null` where all that it holds is secret, such as a connection string without
 * a name.
 */
export function identityOf(body: IDataObject): Identity | null {
	const name = asText(body.name);
	if (name !== null) return { name: alike(name) };
	const { type, account } = accountIn(readConfiguration(body));
	return type === null || Object.keys(account).length === 0 ? null : { type, account };
}

export function isLike(identity: Identity, reading: Reading): boolean {
	return 'name' in identity ? alike(reading.name ?? '') === identity.name : isEqual(accountIn(reading), identity);
}

function accountIn({ type, attributes }: Reading) {
	return { type, account: pick(attributes, plainFieldsOf(type ?? '')) as IDataObject };
}
