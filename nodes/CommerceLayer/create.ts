import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../shared/http';
import { readSwitch } from '../shared/options';
import { chosenValue, collection, requireText, type Parameters } from '../shared/parameters';
import { secretsInUserInfo } from '../shared/userInfo';
import type { Operation, Target } from '../shared/vendor';
import { API_CREDENTIALS, CREDENTIALS_PATH, relationshipsTo, WRITE_HEADERS, type Links } from './api';
import { CREATE_FIELDS } from './fields';
import { WITH_SECRET, WITHOUT_SECRET } from './fieldset';
import { requireFittingRole } from './kinds';
import { readCredential } from './reading';
import { verify } from './verify';

/** What a create asks for. */
interface CreateInput extends Target {
	/** Attributes in the API's naming. */
	attributes: IDataObject;
	links: Links;
	/** Whether the client secret that the API makes is to come out of the node. */
	returnSecret: boolean;
}

/** Creates a credential in an organization. The API makes its client ID and client secret. */
export const create: Operation<CreateInput> = {
	read: readInput,

	request: ({ attributes, links, returnSecret }) => ({
		method: 'POST',
		path: CREDENTIALS_PATH,
		headers: WRITE_HEADERS,
		query: returnSecret ? WITH_SECRET : WITHOUT_SECRET,
		body: { data: { type: API_CREDENTIALS, attributes, ...relationshipsTo(links) } },
	}),

	result: (input, { body }) => {
		const { data } = asObject(body);
		return {
			...readCredential(data),
			verification: verify(input, asObject(data)),
			...(input.returnSecret ? { secret: secretIn(asObject(data)) } : {}),
		};
	},
};

function readInput(parameters: Parameters): CreateInput {
	const given = collection(parameters, 'additionalFields');
	const kind = requireText(parameters.get('kind'), 'Kind');
	const role = given.roleId === undefined ? null : requireText(chosenValue(given.roleId), 'Role');
	requireFittingRole(kind, role);

	const added = CREATE_FIELDS.filter(({ parameter }) => given[parameter] !== undefined);
	const attributes = {
		name: requireText(parameters.get('name'), 'Name'),
		kind,
		...Object.fromEntries(added.map(({ parameter, attribute, label, read }) => [attribute, read(given[parameter], label)])),
	} as IDataObject;
	const organization = requireText(parameters.get('organizationId'), 'Organization');
	const links = role === null ? { organization } : { organization, role };
	return {
		id: null,
		attributes,
		links,
		returnSecret: readSwitch(collection(parameters, 'options').returnSecret, 'Return Secret'),
		changed: [...Object.keys(attributes), ...Object.keys(links)],
		secrets: secretsInUserInfo(attributes.redirect_uri),
	};
}

/** Sales channels are public clients: their secret may be missing. */
function secretIn({ attributes }: IDataObject): IDataObject {
	const { client_id, client_secret } = asObject(attributes);
	return { clientId: asText(client_id), clientSecret: asText(client_secret) };
}
