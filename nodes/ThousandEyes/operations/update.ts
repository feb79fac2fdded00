import isEqual from 'lodash/isEqual';
import isNull from 'lodash/isNull';
import mapValues from 'lodash/mapValues';
import omitBy from 'lodash/omitBy';
import type { IDataObject } from 'n8n-workflow';

import {
	asText,
	type Change,
	collection,
	type ExistingTarget,
	invalidInput,
	isLeftEmpty,
	leaves,
	type Operation,
	type Parameters,
	pick,
	requireSecret,
	requireText,
	say,
	type Shown,
	unverifiable,
	type VendorAnswer,
	type Verification,
	verifyByAnswer,
	waysToGiveSecret,
} from '../../kit';
import { credentialIn, onlyCredential, readValueBack } from '../answer';
import { readId, readScope, readsValueBack, scoped, type Scope } from '../input';
import { MESSAGES } from '../messages';
import { credentialPath, v6ActionPath } from '../paths';

type UpdateInput = ExistingTarget & Change & Scope & {
	/** Only the fields that the user gave. */
	fields: { name?: string; value?: string };
	/** The stored name, read to be sent along; `null` when it was not needed or could not be read. */
	storedName: string | null;
	/** What the user should know about how the change was sent. */
	note: string | null;
	readsValueBack: boolean;
};

/** Changes name, value or both. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	read: readInput,
	storedSecret: () => ({ fields: { value: { parameter: 'value', isRequired: true } }, isDispensable: true }),

	/**
	 * v7 documents PUT with both fields optional and does not say what becomes of one that is left out. The name can be
	 * read, so a change of the value alone sends it along.
	 */
	before: ({ apiVersion, fields }) =>
		apiVersion === 'v6' || fields.name !== undefined
			? null
			: // Changing a credential needs another permission than reading it.
				{ look: 'get', dispensableOn: ['permission'], complete: withStoredName },

	request: (input) =>
		input.apiVersion === 'v6'
			? { method: 'POST', path: v6ActionPath(input.id, 'update'), ...scoped(input), body: input.fields }
			: {
					method: 'PUT',
					path: credentialPath('v7', input.id),
					...scoped(input),
					body: input.storedName === null ? input.fields : { name: input.storedName, ...input.fields },
				},

	result: (input, answer) => {
		const reading = onlyCredential(answer, input);
		const { name } = reading;
		return { ...reading, verification: verify(input, name === null ? {} : { name }) };
	},

	readBack: (input) => (input.readsValueBack ? readValueBack(input, input.id, input.fields.value) : null),

	/** Only who may see the value, and wants it looked at, learns that it is the stored one already. */
	inForce: (input, answer) => {
		if (!looksAtValue(input)) return null;
		const shown = shownFields(input, answer);
		return isEqual({ ...shown, ...input.fields }, shown) ? { status: 'verified', method: 'readBack', detail: null } : null;
	},

	undoing: {
		answeredFields: shownFields,
		sentFields: ({ fields, storedName }) => ({ ...(storedName === null ? {} : { name: storedName }), ...fields }),
		undo: (input, before, previous) => {
			// What was in force is what ThousandEyes has shown, whatever is stored as such.
			const known: IDataObject = { ...previous?.fields, ...before };
			const fields = pick(known, Object.keys(input.fields)) as UpdateInput['fields'];
			const left = input.changed.filter((field) => !Object.hasOwn(fields, field));
			if (left.length === input.changed.length) return null;
			return { input: { ...input, fields, secrets: leaves(fields.value) }, left };
		},
	},
};

function readInput(parameters: Parameters): UpdateInput {
	const given = collection(parameters, 'updateFields');
	const fields: UpdateInput['fields'] = {};
	const notes: string[] = [];
	if (given.name !== undefined) fields.name = requireText(given.name, 'Name');
	const value = parameters.get('value');
	if (!isLeftEmpty(value)) fields.value = requireSecret(value, 'Value', notes);
	if (Object.keys(fields).length === 0) {
		throw invalidInput(say(MESSAGES.nothingGiven, { ways: waysToGiveSecret(parameters, '“Value”') }));
	}
	return {
		id: readId(parameters),
		...readScope(parameters),
		fields,
		storedName: null,
		note: null,
		readsValueBack: readsValueBack(parameters),
		changed: Object.keys(fields),
		secrets: fields.value === undefined ? [] : [fields.value],
		notes,
	};
}

function withStoredName(input: UpdateInput, shown: Shown | null): UpdateInput {
	const storedName = shown?.reading.name ?? null;
	return { ...input, storedName, note: storedName === null ? say(MESSAGES.withoutName) : null };
}

/** Whether the user wants the stored value looked at, to hold it against the one that is sent. */
function looksAtValue({ fields, readsValueBack }: UpdateInput): boolean {
	return readsValueBack && fields.value !== undefined;
}

/**
 * What an answer shows of the credential: its value only where the user wants that looked at, and its name also where it is
 * not to be changed, for v7 sends it along: by that, somebody else's new name would be undone.
 */
function shownFields(input: UpdateInput, answer: VendorAnswer): IDataObject {
	const shown = mapValues(pick(credentialIn(answer), looksAtValue(input) ? ['name', 'value'] : ['name']), asText);
	return omitBy(shown, isNull) as IDataObject;
}

function verify({ fields, note }: UpdateInput, answered: IDataObject): Verification {
	const { value, ...visible } = fields;
	const byAnswer = verifyByAnswer(visible, answered);
	if (value === undefined || byAnswer.status === 'failed') return byAnswer;
	return unverifiable([say(MESSAGES.taken), note].filter(Boolean).join(' '));
}
