import type { IDataObject } from 'n8n-workflow';

import {
	alike,
	allowsDuplicate,
	asObject,
	asText,
	type Change,
	chosenValue,
	collection,
	lookForDuplicate,
	type Operation,
	type Parameters,
	readSwitch,
	requireId,
	requireText,
	say,
	secretsInUserInfo,
	unreadable,
} from '../../kit';
import { credentialIn, onlyCredential, verify } from '../answer';
import { CREATE_FIELDS, forPeopleAlone, relationshipsTo, type Links } from '../input';
import { requireFittingRole } from '../kinds';
import { MESSAGES } from '../messages';
import { API_CREDENTIALS, credentialPath, CREDENTIALS_PATH, filterBy, READ_HEADERS, WITH_SECRET, WITHOUT_SECRET, WRITE_HEADERS } from '../paths';
import { getAll, listing } from './getAll';

const RETURN_SECRET = 'Return Secret';

/** What a create asks for. */
interface CreateInput extends Change {
	/** Attributes in the API's naming. */
	attributes: IDataObject;
	links: Links;
	/** Whether the client secret that the API makes is to come out of the node. */
	returnSecret: boolean;
	allowsDuplicate: boolean;
}

/** Creates a credential in an organization. The API makes its client ID and client secret. */
export const create: Operation<CreateInput> = {
	read: readInput,
	newName: (parameters) => parameters.get('name'),

	/** Two credentials of one name can be told apart by their IDs only, and a repeated run would make them unasked. */
	before: ({ allowsDuplicate, attributes: { name, kind }, links }) =>
		allowsDuplicate
			? null
			: lookForDuplicate({
					label: 'Commerce Layer',
					list: getAll,
					input: listing({
						...nameFilter(String(name)),
						...filterBy('kind_eq', String(kind)),
						...filterBy('organization_id_eq', String(links.organization)),
					}),
					isDuplicate: (reading) => reading.name !== null && alike(reading.name) === alike(String(name)) && reading.type === kind,
					likeness: 'of this name and kind',
				}),

	onlyCopy: ({ returnSecret }) => (returnSecret ? RETURN_SECRET : null),

	request: ({ attributes, links, returnSecret }) => ({
		method: 'POST',
		path: CREDENTIALS_PATH,
		headers: WRITE_HEADERS,
		query: returnSecret ? WITH_SECRET : WITHOUT_SECRET,
		body: { data: { type: API_CREDENTIALS, attributes, ...relationshipsTo(links) } },
	}),

	result: (input, answer) => {
		const credential = credentialIn(answer);
		return {
			...onlyCredential(answer),
			verification: verify(input, credential),
			...(input.returnSecret ? { secret: secretIn(credential) } : {}),
		};
	},

	/** The API description has the secret as optional in every answer. A public client may have none at all. */
	supplement: ({ returnSecret }, reading) => {
		const { id, attributes } = reading;
		if (!returnSecret || id === null || attributes.confidential === false || reading.secret?.clientSecret !== null) return null;
		return {
			request: { method: 'GET', path: credentialPath(id), headers: READ_HEADERS, query: WITH_SECRET, body: null },
			read: (answer) => {
				const credential = credentialIn(answer);
				const secret = secretIn(credential);
				if (asText(credential.id) !== id || secret.clientSecret === null) throw unreadable('Commerce Layer', say(MESSAGES.noSecret));
				return { ...reading, secret };
			},
			note: say(MESSAGES.secretNotShown),
		};
	},
};

/**
 * Lets every spelling of a name through: the API finds a part of a name in whatever case. What is composed of characters in
 * more than one way, it may not.
 */
function nameFilter(name: string): Record<string, string> {
	const text = name.trim();
	return /^[\x20-\x7e]+$/.test(text) ? filterBy('name_cont', text) : {};
}

function readInput(parameters: Parameters): CreateInput {
	const given = collection(parameters, 'additionalFields');
	const kind = requireText(parameters.get('kind'), 'Kind');
	const role = given.roleId === undefined ? null : requireId(chosenValue(given.roleId), 'Role');
	requireFittingRole(kind, role);

	const added = CREATE_FIELDS.filter(({ parameter }) => given[parameter] !== undefined);
	const attributes = {
		name: requireText(parameters.get('name'), 'Name'),
		kind,
		...Object.fromEntries(added.map(({ parameter, attribute, label, read }) => [attribute, read(given[parameter], label)])),
	} as IDataObject;
	const organization = requireId(parameters.get('organizationId'), 'Organization');
	const links = role === null ? { organization } : { organization, role };
	return {
		id: null,
		attributes,
		links,
		allowsDuplicate: allowsDuplicate(parameters),
		returnSecret: readSwitch(collection(parameters, 'options').returnSecret, RETURN_SECRET),
		changed: [...Object.keys(attributes), ...Object.keys(links)],
		secrets: secretsInUserInfo(attributes.redirect_uri),
		duplicateKey: alike(String(attributes.name)),
		...forPeopleAlone(attributes),
	};
}

/** Sales channels are public clients: their secret may be missing. */
function secretIn({ attributes }: IDataObject): IDataObject {
	const { client_id, client_secret } = asObject(attributes);
	return { clientId: asText(client_id), clientSecret: asText(client_secret) };
}
