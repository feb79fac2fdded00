import type { IDataObject } from 'n8n-workflow';

import {
	alike,
	type Change,
	isLeftEmpty,
	type Operation,
	type Parameters,
	type Reading,
	requireText,
	say,
	unverifiable,
	type Verification,
} from '../../kit';
import { onlyCredential, verify, wasThereBefore } from '../answer';
import { readNewData, readProvider, storedData } from '../input';
import type { Provider } from '../kinds';
import { MESSAGES } from '../messages';
import { credentialsPath } from '../paths';
import { CONNECTOR_MISSING } from '../refusals';

interface CreateInput extends Change {
	provider: Provider;
	body: { name: string; credential_type: string; credential_data: IDataObject };
}

/** Creates a credential of a connector, unless Nylas has an identical one and answers with that. */
export const create: Operation<CreateInput> = {
	meanings: CONNECTOR_MISSING,
	read: readInput,
	storedSecret: (parameters, names) => {
		const fields = storedData(parameters, names);
		// Nylas takes the connector's own client where none is given.
		const isDispensable = parameters.get('credentialDataKind') === 'adminConsent' && isLeftEmpty(parameters.get('clientId'));
		return fields === null ? null : { ...fields, isDispensable };
	},
	newName: (parameters) => parameters.get('name'),
	request: ({ provider, body }) => ({ method: 'POST', path: credentialsPath(provider), body }),
	result: ({ provider, body }, answer) => {
		const reading = onlyCredential(answer, provider);
		const existed = wasThereBefore(reading.createdAt, answer);
		if (existed) return { ...reading, outcome: 'unchanged', verification: existing(body.name, reading) };
		return { ...reading, verification: withDoubt(verify(body, reading), existed) };
	},
};

function readInput(parameters: Parameters): CreateInput {
	const provider = readProvider(parameters);
	const name = requireText(parameters.get('name'), 'Name');
	const { type, data, secrets, notes, names = Object.keys(data) } = readNewData(parameters, provider);
	return {
		id: null,
		provider,
		body: { name, credential_type: type, credential_data: data },
		changed: ['name', 'credential_type', ...names.map((key) => `credential_data.${key}`)],
		secrets,
		notes,
	};
}

/**
 * Whether a credential counts as identical that has the same data under another name, Nylas does not say. When it
 * comes back, nothing was created and nothing renamed.
 */
function existing(sentName: string, { name }: Reading): Verification {
	const isNamedSo = name === null || alike(name) === alike(sentName);
	return unverifiable([say(MESSAGES.hadIdentical), ...(isNamedSo ? [] : [say(MESSAGES.otherName)])].join(' '));
}

function withDoubt(verification: Verification, existed: boolean | null): Verification {
	if (existed !== null || verification.status === 'failed') return verification;
	return unverifiable(`${verification.detail} ${say(MESSAGES.notTold)}`);
}
