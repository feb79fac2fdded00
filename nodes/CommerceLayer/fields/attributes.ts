import type { INodeProperties } from 'n8n-workflow';

import { locator } from '../../kit';
import { EXPIRES_IN_BOUNDS, MODES } from '../input';
import { KINDS } from '../kinds';

/** The kinds to choose from; an expression can yield any other. */
export const kindOptions = KINDS.map(({ name, value }) => ({ name, value }));

export const modeOptions = MODES.map(({ name, value }) => ({ name, value }));

export const organization = {
	displayName: 'Organization',
	name: 'organizationId',
	searchListMethod: 'searchOrganizations',
	placeholder: 'e.g. BxAkSVqKEn',
};

/** What both a new credential and an update can be given. */
export const commonFields: INodeProperties[] = [
	{
		displayName: 'Expires In',
		name: 'expiresIn',
		type: 'number',
		typeOptions: { minValue: EXPIRES_IN_BOUNDS.min, maxValue: EXPIRES_IN_BOUNDS.max },
		default: 7200,
		description:
			'How many seconds an access token issued to this credential is valid, from 7200 (two hours) to 31536000 (a year)',
	},
	{
		displayName: 'Metadata',
		name: 'metadata',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. {"owner": "web team"}',
		description:
			'A JSON object of your own, sent as a whole. No place for secrets: everyone who can read the credential sees it, and it is part of this node’s output.',
	},
	{
		displayName: 'Redirect URI',
		name: 'redirectUri',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://shop.example.com/callback',
		description:
			'Where the authorization code flow returns to. A user name or password in it is stored as part of the URI; the output hides it.',
	},
	{
		displayName: 'Reference',
		name: 'reference',
		type: 'string',
		default: '',
		placeholder: 'e.g. CRM-4711',
		description: 'The ID that the credential has in a system of your own',
	},
	{
		displayName: 'Reference Origin',
		name: 'referenceOrigin',
		type: 'string',
		default: '',
		placeholder: 'e.g. CRM',
		description: 'The system that the reference comes from',
	},
	locator({
		displayName: 'Role',
		name: 'roleId',
		searchListMethod: 'searchRoles',
		placeholder: 'e.g. ABCRtyUpBa',
		description: 'The role to give to the credential. Integrations need one; sales channels and web apps cannot have one.',
		required: false,
	}),
];

/** The fields as a collection shows them. */
export function sorted(fields: INodeProperties[]): INodeProperties[] {
	return [...fields].sort((a, b) => a.displayName.localeCompare(b.displayName));
}
