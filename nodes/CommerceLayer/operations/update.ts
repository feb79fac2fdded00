import pickBy from 'lodash/pickBy';
import type { IDataObject } from 'n8n-workflow';

import {
	type Change,
	chosenValue,
	collection,
	type ExistingTarget,
	invalidInput,
	isObject,
	type Operation,
	type Parameters,
	pick,
	requireId,
	say,
	secretsInUserInfo,
} from '../../kit';
import { credentialIn, onlyCredential, shownOf, verify } from '../answer';
import { CLEARABLE_FIELDS, forPeopleAlone, readTarget, relationshipsTo, UPDATE_FIELDS, type Links } from '../input';
import { MESSAGES } from '../messages';
import { API_CREDENTIALS, credentialPath, WRITE_HEADERS } from '../paths';

/** What an update asks for. */
type UpdateInput = ExistingTarget & Change & {
	/** Attributes to change, in the API's naming; `null` clears one. */
	attributes: IDataObject;
	/** The role to give to the credential, if any. */
	links: Links;
};

/** Changes what a credential says of itself. Its client secret cannot be changed: the API has no rotation. */
export const update: Operation<UpdateInput> = {
	repeatSafe: true,
	read: readInput,

	request: ({ id, attributes, links }) => ({
		method: 'PATCH',
		path: credentialPath(id),
		headers: WRITE_HEADERS,
		// The API demands the attributes even when only the role changes.
		body: { data: { type: API_CREDENTIALS, id, attributes, ...relationshipsTo(links) } },
	}),

	result: (input, answer) => {
		// JSON:API lets a server answer 204 to an update that it made exactly as asked.
		const answered = answer.status === 204 ? { ...answer, body: { data: { attributes: {} } } } : answer;
		return { ...onlyCredential(answered), verification: verify(input, credentialIn(answered)) };
	},

	undoing: {
		answeredFields: ({ attributes, links }, answer) => shownOf(attributes, links, credentialIn(answer)),
		sentFields: ({ attributes, links }) => ({ ...attributes, ...links }),
		undo: (input, before) => {
			const storable = pickBy(before, (value, field) => Object.hasOwn(input.links, field) || isStorable(field, value));
			const attributes = pick(storable, Object.keys(input.attributes));
			const links = pick(storable, Object.keys(input.links)) as Links;
			const left = input.changed.filter((field) => !Object.hasOwn(storable, field));
			const isEmpty = left.length === input.changed.length;
			return isEmpty ? null : { input: { ...input, attributes, links, secrets: secretsInUserInfo(attributes.redirect_uri) }, left };
		},
	},
};

/** Whether the API can have stored such a value: another one is not the one from before. */
function isStorable(attribute: string, value: unknown): boolean {
	if (attribute === 'name') return typeof value === 'string' && value !== '';
	if (value === null) return true;
	if (attribute === 'metadata') return isObject(value);
	return typeof value === (attribute === 'expires_in' ? 'number' : 'string');
}

function readInput(parameters: Parameters): UpdateInput {
	const target = readTarget(parameters);
	const given = collection(parameters, 'updateFields');
	const cleared = readClearFields(parameters.get('clearFields'));

	const attributes: IDataObject = {};
	for (const { parameter, attribute, label, read } of UPDATE_FIELDS) {
		const isGiven = given[parameter] !== undefined;
		if (isGiven && cleared.includes(parameter)) {
			throw invalidInput(say(MESSAGES.setAndCleared, { label }));
		}
		if (isGiven) attributes[attribute] = read(given[parameter], label) as IDataObject[string];
		else if (cleared.includes(parameter)) attributes[attribute] = null;
	}
	const links: Links = given.roleId === undefined ? {} : { role: requireId(chosenValue(given.roleId), 'Role') };

	const changed = [...Object.keys(attributes), ...Object.keys(links)];
	if (changed.length === 0) {
		throw invalidInput(say(MESSAGES.nothingGiven));
	}
	return { ...target, attributes, links, changed, secrets: secretsInUserInfo(attributes.redirect_uri), ...forPeopleAlone(attributes) };
}

/** An expression may yield anything; what cannot be cleared is refused rather than passed over. */
function readClearFields(value: unknown): string[] {
	const fields: unknown = value ?? [];
	const known = CLEARABLE_FIELDS.map(({ parameter }): unknown => parameter);
	if (Array.isArray(fields) && fields.every((field) => known.includes(field))) return fields as string[];
	throw invalidInput(say(MESSAGES.notClearable, { known: known.join(', ') }));
}
