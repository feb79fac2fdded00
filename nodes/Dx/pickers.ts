import {
	asObject,
	asText,
	credentialPickerOf,
	invalidInput,
	type Picker,
	type PickerContext,
	requireNumericId,
	say,
	unreadable,
} from '../kit';
import { okBody } from './answer';
import { CONNECTION } from './input';
import { MESSAGES } from './messages';
import { allOf, getAll } from './operations/getAll';
import { CONNECTIONS_PATH } from './paths';

/** All connections at once: DX has neither pages nor search. */
export const connectionPicker: Picker = {
	searchesItself: false,
	request: () => ({ method: 'GET', path: CONNECTIONS_PATH, body: null }),
	read: (answer) => {
		const { connections } = okBody(answer);
		if (!Array.isArray(connections)) throw unreadable('DX', say(MESSAGES.noConnections));
		return { entries: connections.flatMap(connectionEntry) };
	},
};

/** Credentials of the chosen connection. */
export const credentialPicker = credentialPickerOf(getAll, (context) => allOf(chosenConnection(context)), {
	remarkOn: ({ attributes }) => disabled(attributes.disabled_at),
});

function chosenConnection({ parameter }: PickerContext): string {
	const connectionId = parameter('connectionId');
	if (connectionId !== '') return requireNumericId(connectionId, CONNECTION);
	throw invalidInput(say(MESSAGES.chooseConnection, { connection: CONNECTION }));
}

function connectionEntry(connection: unknown) {
	const { id: given, name, type, disabled_at: disabledAt } = asObject(connection);
	const id = asText(given);
	if (id === null) return [];
	const detail = [disabled(disabledAt), asText(type)].filter(Boolean).join(', ') || null;
	return [{ id, name: asText(name) ?? id, detail }];
}

function disabled(since: unknown): string | null {
	return since ? 'disabled' : null;
}
