import type { IDataObject } from 'n8n-workflow';

import { asText } from '../shared/http';
import { nothingKnown, type Reading } from '../shared/vendor';
import { idOf, kindIn, ownObject } from './configuration';
import { plainFieldsOf } from './kinds';
import { shownUrl } from './secrets';

/**
 * What a stored configuration says of itself. Secrets may come along with it and are not read.
 * @param expectedKinds the kinds that were sent, told apart from others that the answer may show
 */
export function readConfiguration(configuration: IDataObject, expectedKinds: readonly string[] = []): Reading {
	const kind = kindIn(configuration, expectedKinds);
	return {
		...nothingKnown(idOf(configuration)),
		name: asText(configuration.name),
		type: kind ?? asText(configuration.type),
		createdAt: configuration.createdDate,
		updatedAt: configuration.lastModifiedDate,
		attributes: attributesOf(configuration, kind),
	};
}

function attributesOf(configuration: IDataObject, kind: string | null): IDataObject {
	const fields = kind === null ? {} : (ownObject(configuration, kind) ?? {});
	const plain = kind === null ? [] : plainFieldsOf(kind);
	const shown = [
		...plain.map((name) => [name, name === 'url' ? shownUrl(fields[name]) : asText(fields[name])]),
		['type', asText(configuration.type)],
	];
	return Object.fromEntries(shown.filter(([, value]) => value !== null)) as IDataObject;
}
