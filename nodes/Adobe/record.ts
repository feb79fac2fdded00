import type { VendorRecord } from '../kit';
import { create } from './operations/create';
import { remove } from './operations/delete';
import { get } from './operations/get';
import { getAll } from './operations/getAll';
import { update } from './operations/update';
import { adobeBaseUrl } from './paths';
import { configurationPicker } from './pickers';
import { CODES, HINTS, readRefusal } from './refusals';
import { isSafeInRequest, isSecret } from './secrets';

/** Adobe Experience Platform, Destination SDK: credential configurations (Destination Authoring API). */
export const adobeDestinationSdk = {
	name: 'adobeDestinationSdk',
	label: 'Adobe',
	credentialType: () => 'adobeDestinationSdkApi',
	baseUrl: (credentials) => adobeBaseUrl(credentials),
	requestIdHeaders: ['x-request-id'],
	/** Adobe publishes no limit for Destination Authoring. */
	limits: { account: ['clientId', 'organizationId'], windows: [] },
	refusal: readRefusal,
	/** So has its API description, while its gateway does answer with a body. */
	bareRefusals: [400, 401, 403, 404],
	codes: CODES,
	hints: HINTS,
	isSecret,
	isSafe: isSafeInRequest,
	operations: { create, delete: remove, get, getAll, update },
	pickers: { searchCredentials: configurationPicker },
} satisfies VendorRecord;
