import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { retire } from './operations/retire';
import { rotate } from './operations/rotate';
import { update } from './operations/update';
import { authBaseUrlOf, commerceLayerBaseUrl, tokenRequest } from './paths';
import { credentialPicker, organizationPicker, rolePicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** Commerce Layer: API credentials of an organization, through the Provisioning API. */
export const commerceLayer = {
	name: 'commerceLayer',
	label: 'Commerce Layer',
	credentialType: () => 'commerceLayerApi',
	baseUrl: (credentials) => commerceLayerBaseUrl(credentials),
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
	codes: CODES,
	hints: HINTS,
	isSecret: (path) => path.includes('client_secret'),
	isSafe: isSafeInRequest,
	operations: { create, delete: remove, get, getAll, retire, rotate, update },
	signIn: {
		/** The page “Rate limits” of the Core API has 30 a minute and address; some are left to the node's own sign-ins. */
		limits: { account: [], windows: [{ requests: 25, perMs: 60_000 }], restMs: 10_000 },
		request: (credentials, pair) => tokenRequest(authBaseUrlOf(credentials), pair),
	},
	pickers: {
		searchCredentials: credentialPicker,
		searchOrganizations: organizationPicker,
		searchRoles: rolePicker,
	},
} satisfies VendorRecord;

/** Attributes that a plan does not show: a URI may hold a password, and metadata whatever people have put there. */
const HIDDEN_IN_PLANS = ['redirect_uri', 'metadata'];

/** What a plan may show of a document: what it is about, its links, and its attributes but for those. */
function isSafeInRequest([root, part, attribute]: readonly string[]): boolean {
	return root === 'data' && (part !== 'attributes' || !HIDDEN_IN_PLANS.includes(attribute ?? ''));
}
