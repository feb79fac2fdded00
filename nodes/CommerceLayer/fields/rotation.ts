import type { INodeProperties } from 'n8n-workflow';

import { locator, PLACE_LABELS, showFor } from '../../kit';
import { GRACE_BOUNDS } from '../input';

const showForRotate = showFor(['rotate']);

/** What Rotate does, told before anything is asked for. */
export const rotateNotice: INodeProperties = {
	displayName:
		'Commerce Layer never changes a secret, so Rotate makes a successor, stores its client_id and client_secret under New Secret and those from before under Secret Before, and leaves the credential in force until Retire. If you run it again, it continues where it stopped.',
	name: 'rotateNotice',
	type: 'notice',
	default: '',
	displayOptions: showForRotate,
};

/** How a credential is rotated, and when the old one ends. */
export const rotationProperties: INodeProperties[] = [
	locator({
		displayName: 'API Credential',
		name: 'credentialId',
		searchListMethod: 'searchCredentials',
		placeholder: 'e.g. xYZkjABcde',
		description: 'The one whose grace period is over. Left empty, all that were rotated are looked at, and each has a result.',
		displayOptions: showFor(['retire']),
		required: false,
	}),
	{
		displayName: 'New Name',
		name: 'newName',
		type: 'string',
		default: '',
		placeholder: 'e.g. ERP integration, autumn',
		displayOptions: showForRotate,
		description: 'What the successor is called. Left empty, it has the name of the credential with the day behind it, such as ERP integration (2030-12-31).',
	},
	{
		displayName: 'Grace Period (Hours)',
		name: 'graceHours',
		type: 'number',
		typeOptions: { minValue: GRACE_BOUNDS.min, maxValue: GRACE_BOUNDS.max },
		default: 168,
		required: true,
		displayOptions: showForRotate,
		description: 'How long the credential stays in force beside its successor before Retire may delete it. A week leaves time to see that everything uses the new pair.',
	},
	{
		displayName: PLACE_LABELS.key,
		name: 'key',
		type: 'string',
		default: '',
		placeholder: 'e.g. R2DjclaysHbqn778',
		displayOptions: showForRotate,
		description:
			'Under which key of “Values (JSON)” the pair is stored: the ID of the credential that is to get it, or its name with “name:” before it. Left empty, the pair is stored as single values, which is for one item alone.',
	},
	{
		displayName: PLACE_LABELS.group,
		name: 'keyVendor',
		type: 'string',
		default: '',
		placeholder: 'e.g. n8nCredentials',
		displayOptions: showForRotate,
		description: 'Only where one stored secret holds the values of several vendors: the one that has the key, as results have it under “vendor”',
	},
	{
		displayName: 'Retire deletes credentials that Rotate has marked, once their grace period is over. Whatever still signs in with the old pair stops working.',
		name: 'retireNotice',
		type: 'notice',
		default: '',
		displayOptions: showFor(['retire']),
	},
];

/** Retire's own options. */
export const retireOptions: INodeProperties[] = [
	{
		displayName: 'Prove the End',
		name: 'proveEnd',
		type: 'boolean',
		default: false,
		description: 'Whether to try to sign in with the old pair once its credential is deleted, until that is refused. Web apps sign in for a person alone, and are not tried.',
	},
];
