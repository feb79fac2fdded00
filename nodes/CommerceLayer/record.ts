import { isSafeInRequest } from './fieldset';
import { baseUrlPrefix } from '../engine/request/signing';
import type { VendorRecord } from '../kit/record';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { credentialPicker, organizationPicker, rolePicker } from './pickers';
import { readRefusal } from './refusals';
import { update } from './operations/update';

/** Commerce Layer: API credentials of an organization, through the Provisioning API. */
export const commerceLayer = {
	name: 'commerceLayer',
	label: 'Commerce Layer',
	credentialType: () => 'commerceLayerApi',
	baseUrl: ({ baseUrl }) => baseUrlPrefix(baseUrl),
	requestIdHeaders: ['x-request-id'],
	/**
	 * The lower ones of the numbers in “Rate limits” of the Provisioning API reference; counted by address, in sliding
	 * windows. An address above them is blocked until its rate has dropped, and no header says when that is.
	 */
	limits: {
		account: ['clientId'],
		windows: [
			{ requests: 200, perMs: 60_000 },
			{ requests: 50, perMs: 10_000 },
		],
		restMs: 10_000,
	},
	refusal: readRefusal,
	// Each documented code comes with a status that says the same.
	codes: {},
	hints: {
		authentication:
			'Check client ID and client secret in the node’s credential: they are personal Provisioning API credentials, from the user menu of the dashboard. Commerce Layer answers in the same way to a member who is not an admin of the organization.',
		permission:
			'Use the Provisioning API credentials of an admin of the organization: no other member has the permission to change its API credentials.',
		notFound:
			'Check the ID, and that the owner of the node’s credential is a member of the organization that the API credential belongs to.',
		conflict: 'Commerce Layer wants one of the values to be unique. Read its message, and choose another value.',
		locked: 'Other records at Commerce Layer depend on the API credential as it is. Look it up in the dashboard.',
		rateLimited:
			'Wait some ten seconds, then try again: Commerce Layer counts the requests of an address, in the last ten seconds and in the last minute.',
		unexpectedResponse:
			'Check the base URL of the credential: it must lead to the Provisioning API, not to an organization’s own address, and a proxy must leave the headers Accept and Content-Type as they are.',
	},
	isSecret: (path) => path.includes('client_secret'),
	isSafe: isSafeInRequest,
	operations: { create, delete: remove, get, getAll, update },
	pickers: {
		searchCredentials: credentialPicker,
		searchOrganizations: organizationPicker,
		searchRoles: rolePicker,
	},
} satisfies VendorRecord;
