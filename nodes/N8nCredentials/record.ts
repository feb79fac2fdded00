import type { VendorRecord } from '../kit';
import { begin } from './operations/begin';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { finish } from './operations/finish';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { rollBack } from './operations/rollBack';
import { test } from './operations/test';
import { update } from './operations/update';
import { n8nBaseUrl } from './paths';
import { credentialPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';

/** What n8n says of a credential. It never shows what is stored, so whatever else an answer held could be that. */
const SHOWN = ['createdAt', 'id', 'isGlobal', 'isManaged', 'isResolvable', 'message', 'name', 'resolvableAllowFallback', 'resolverId', 'shared', 'status', 'type', 'updatedAt', 'usageScope'];

/** n8n itself: the credentials that its workflows use, through its public API. */
export const n8nCredentials = {
	name: 'n8nCredentials',
	label: 'n8n',
	credentialType: () => 'rotationN8nApi',
	baseUrl: (credentials) => n8nBaseUrl(credentials),
	// n8n gives requests no id; this is the header that proxies customarily set.
	requestIdHeaders: ['x-request-id'],
	/** n8n sets no limit for its public API. */
	limits: { account: ['apiKey'], windows: [] },
	refusal: readRefusal,
	codes: CODES,
	hints: HINTS,
	isClosedToAgents: true,
	isSecret: ([name = '']) => !SHOWN.includes(name),
	isSafe: (path) => ['name', 'type', 'isPartialData'].includes(path.join('.')),
	operations: { begin, create, delete: remove, finish, get, getAll, rollBack, test, update },
	pickers: { searchCredentials: credentialPicker },
} satisfies VendorRecord;
