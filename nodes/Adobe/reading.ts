import mapValues from 'lodash/mapValues';
import type { IDataObject } from 'n8n-workflow';

import { asText } from '../kit/json';
import { createRedactor } from '../engine/secrets/redaction';
import { nothingKnown, type Reading } from '../kit/record';
import { idOf, kindIn, ownObject } from './answer';
import { plainFieldsOf } from './kinds';
import { secretsIn, shownUrl } from './secrets';

/**
 * What a stored configuration says of itself. Secrets may come along with it and are not shown, nor is a copy of one that
 * somebody has put into another field.
 * @param expectedKinds the kinds that were sent, told apart from others that the answer may show
 */
export function readConfiguration(configuration: IDataObject, expectedKinds: readonly string[] = []): Reading {
	const kind = kindIn(configuration, expectedKinds);
	const stored = kind === null ? {} : { [kind]: ownObject(configuration, kind) ?? {} };
	const redactor = createRedactor(secretsIn(stored, 'fields'));
	return {
		...nothingKnown(idOf(configuration)),
		name: redactor.value(asText(configuration.name)),
		type: kind ?? asText(configuration.type),
		createdAt: configuration.createdDate,
		updatedAt: configuration.lastModifiedDate,
		attributes: mapValues(attributesOf(configuration, kind), (value) => redactor.value(value)),
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
