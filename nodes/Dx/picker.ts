import { invalidInput } from '../shared/failure';
import { asObject, asText } from '../shared/http';
import { toDateTime } from '../shared/time';
import type { Picker, PickerPage } from '../shared/vendor';
import { okBody } from './answer';
import { CONNECTION, credentialsPath, requireId } from './ids';

/** Both methods list everything at once, without pages or search. */
export const connectionPicker: Picker = {
	searchesItself: false,
	request: () => ({ method: 'GET', path: '/api/connections.list', body: null }),
	read: (answer) => ({
		entries: entriesOf(okBody(answer).connections, (connection) => ({
			name: connection.name,
			details: [connection.type, disabled(connection)],
		})),
	}),
};

export const credentialPicker: Picker = {
	searchesItself: false,
	request: ({ parameter }) => {
		const connectionId = parameter('connectionId');
		if (connectionId === '') {
			throw invalidInput(
				`Choose a “${CONNECTION}” first. If an expression chooses it, enter the credential by its ID.`,
			);
		}
		const path = credentialsPath(requireId(connectionId, CONNECTION), 'list');
		return { method: 'GET', path, body: null };
	},
	read: (answer) => ({
		entries: entriesOf(okBody(answer).credentials, (credential) => ({
			name: credential.label,
			details: [credential.type, age(credential), disabled(credential)],
		})),
	}),
};

type Entry = ReturnType<typeof asObject>;

function entriesOf(
	list: unknown,
	describe: (entry: Entry) => { name: unknown; details: unknown[] },
): PickerPage['entries'] {
	return (Array.isArray(list) ? list : []).flatMap((item: unknown) => {
		const entry = asObject(item);
		const id = asText(entry.id);
		if (id === null) return [];
		const { name, details } = describe(entry);
		return [{ id, name: asText(name) ?? id, detail: details.map(asText).filter(Boolean).join(', ') || null }];
	});
}

/** What tells two credentials with the same label apart: until when one is good, or else since when it exists. */
function age({ expiration_date: expires, created_at: created }: Entry): string | null {
	const dated = (word: string, date: unknown) => {
		const day = toDateTime(date)?.toUTC().toISODate();
		return day ? `${word} ${day}` : null;
	};
	return dated('expires', expires) ?? dated('created', created);
}

function disabled({ disabled_at: since }: Entry): string | null {
	return since ? 'disabled' : null;
}
