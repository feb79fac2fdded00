import { API_CREDENTIALS, ORGANIZATIONS, ROLES } from './paths';

/** What a result shows of a credential. The client secret, which the API would return with every answer, is not among it. */
export const SHOWN_ATTRIBUTES = [
	'kind',
	'confidential',
	'redirect_uri',
	'client_id',
	'scopes',
	'expires_in',
	'mode',
	'custom',
	'reference',
	'reference_origin',
	'metadata',
];

const READ_FIELDS = ['name', ...SHOWN_ATTRIBUTES, 'created_at', 'updated_at', 'organization', 'role'];

/**
 * Asks for everything that a result shows, field by field, so that the client secret stays where it is. A relationship
 * comes with an id only when it is both included and among the fields; of the included resources the name is enough.
 * The API takes fieldsets and inclusions in a create as well as in a read.
 */
export const WITHOUT_SECRET = fieldset(READ_FIELDS);

/** The same with the client secret. */
export const WITH_SECRET = fieldset([...READ_FIELDS, 'client_secret']);

function fieldset(fields: string[]): Record<string, string> {
	return {
		[`fields[${API_CREDENTIALS}]`]: fields.join(','),
		[`fields[${ORGANIZATIONS}]`]: 'name',
		[`fields[${ROLES}]`]: 'name',
		include: 'organization,role',
	};
}

/** Attributes that a plan does not show: a URI may hold a password, and metadata whatever people have put there. */
const HIDDEN_IN_PLANS = ['redirect_uri', 'metadata'];

/** What a plan may show of a document: what it is about, its links, and its attributes but for those. */
export function isSafeInRequest([root, part, attribute]: readonly string[]): boolean {
	return root === 'data' && (part !== 'attributes' || !HIDDEN_IN_PLANS.includes(attribute ?? ''));
}
