import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../shared/http';
import { unreadable } from '../shared/refusal';
import { toIsoUtc } from '../shared/time';
import type { Picker } from '../shared/vendor';
import { CONFIGURATIONS_PATH, configurationsIn, idOf, kindIn } from './configuration';

/** Adobe lists every configuration at once, without pages or search. Secrets come along and are not read. */
export const configurationPicker: Picker = {
	searchesItself: false,
	request: () => ({ method: 'GET', path: CONFIGURATIONS_PATH, body: null }),
	read: ({ body }) => {
		if (!Array.isArray(body) && !isObject(body)) {
			throw unreadable('Adobe', 'It holds no list of credential configurations.');
		}
		return {
			entries: configurationsIn(body).flatMap((configuration) => {
				const id = idOf(configuration);
				return id === null
					? []
					: [{ id, name: asText(configuration.name) ?? id, detail: detailOf(configuration) }];
			}),
		};
	},
};

/** Kind and age: what tells configurations apart, few of which have a name. */
function detailOf(configuration: IDataObject): string | null {
	const changed = toIsoUtc(configuration.lastModifiedDate)?.slice(0, 'yyyy-mm-dd'.length);
	const created = toIsoUtc(configuration.createdDate)?.slice(0, 'yyyy-mm-dd'.length);
	const age = changed ? `changed ${changed}` : created ? `created ${created}` : null;
	const type = kindIn(configuration) ?? asText(configuration.type);
	return [type, age].filter((part) => part !== null).join(', ') || null;
}
