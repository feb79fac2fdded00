import type { INodeProperties } from 'n8n-workflow';

import { showFor } from './fields';
import type { OperationName } from './operation';
import { changes, isJoint, OPERATION_NAMES, OPERATIONS } from './operations';

/** Milliseconds that one request may take when the options do not say: above the 15 s of the vendors' own clients. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** Enough to hide the vendors' latency, few enough to leave room for others under their limits. */
export const DEFAULT_CONCURRENCY = 5;
export const CONCURRENCY_BOUNDS = { min: 1, max: 20 };

/**
 * The “Options” collection of every operation: those that the engine looks at, and the vendor's own, in alphabetical
 * order.
 * @param vendorOptions by operation; those under `every` go into all. An operation that not every node has is one of this
 * node's when it stands here.
 */
export function optionsCollections(
	vendorOptions: Partial<Record<OperationName | 'every', INodeProperties[]>> = {},
): INodeProperties[] {
	const own = OPERATION_NAMES.filter((operation) => !OPERATIONS[operation].isOptional || vendorOptions[operation] !== undefined);
	const collections = own.map((operation): INodeProperties => ({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: showFor([operation]),
		options: [
			...(changes(operation) ? [DRY_RUN] : []),
			...(operation === 'delete' ? [IGNORE_IF_MISSING] : []),
			...(OPERATIONS[operation].isVerified ? [VERIFY, onVerificationFailure(operation)] : []),
			...(OPERATIONS[operation].needsConsent === 'deletion' ? [ALLOW_DELETE_FROM_AGENT] : []),
			...(OPERATIONS[operation].needsConsent === 'change' ? [allowChangesFromAgentOption] : []),
			...(isJoint(operation) ? [] : [MAX_CONCURRENCY]),
			OUTPUT,
			TIMEOUT,
			...(vendorOptions.every ?? []),
			...(vendorOptions[operation] ?? []),
		].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	}));
	return [...collections, RESTORE_NOTICE];
}

const VERIFY: INodeProperties = {
	displayName: 'Verify',
	name: 'verify',
	type: 'boolean',
	default: true,
	description: 'Whether to compare what the vendor shows after the change with what was sent',
};

/** What has just been created has no values from before. */
function onVerificationFailure(operation: OperationName): INodeProperties {
	return {
		displayName: 'If Verification Fails',
		name: 'onVerificationFailure',
		type: 'options',
		options: [
			{ name: 'Fail', value: 'fail', description: 'The item fails; the change stays as it is' },
			{
				name: 'Report',
				value: 'report',
				description: 'The item succeeds, and its result says that the verification failed',
			},
			...(operation === 'update'
				? [
						{
							name: 'Restore',
							value: 'restore',
							description:
								'The item fails, and the values from before that the vendor shows are put back, unless someone else has changed the credential meanwhile',
						},
					]
				: []),
		],
		default: 'fail',
		description: 'What to do when the vendor shows other values than were sent',
	};
}

const RESTORE_NOTICE: INodeProperties = {
	displayName:
		'Do not use “Restore” to rotate a secret that has leaked: what it puts back is the state in which the leaked one was valid.',
	name: 'restoreNotice',
	type: 'notice',
	default: '',
	displayOptions: showFor(['update'], { '/options.onVerificationFailure': ['restore'] }),
};

const MAX_CONCURRENCY: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	typeOptions: { minValue: CONCURRENCY_BOUNDS.min, maxValue: CONCURRENCY_BOUNDS.max },
	default: DEFAULT_CONCURRENCY,
	description:
		'How many items are worked on at a time. Items for the same credential always go one after the other, and the rate limit of the vendor is kept whatever the number.',
};

const DRY_RUN: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to plan the change only: nothing is changed, and the result shows the request that would be sent, without its secrets',
};

const ALLOW_DELETE_FROM_AGENT: INodeProperties = {
	displayName: 'Allow Delete From Agent',
	name: 'allowDeleteFromAgent',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '@tool': [true] } },
	description:
		'Whether an AI agent that calls this node as a tool may delete. It has to be switched on by hand: an expression counts as off.',
};

/** For vendors whose credentials an agent leaves alone unless the owner of the node has said otherwise. */
export const allowChangesFromAgentOption: INodeProperties = {
	displayName: 'Allow Changes From Agent',
	name: 'allowChangesFromAgent',
	type: 'boolean',
	default: false,
	displayOptions: { show: { '@tool': [true] } },
	description:
		'Whether an AI agent that calls this node as a tool may change something. It has to be switched on by hand: an expression counts as off.',
};

const IGNORE_IF_MISSING: INodeProperties = {
	displayName: 'Ignore If Missing',
	name: 'ignoreIfMissing',
	type: 'boolean',
	default: false,
	description: 'Whether to succeed when the credential does not exist any more, instead of reporting it as not found',
};

/** How much a result shows. */
export const OUTPUT: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [
		{ name: 'Full', value: 'full', description: 'Also the vendor’s own fields, how the change was checked, and how many requests it took' },
		{ name: 'Raw', value: 'raw', description: 'Also the answer of the vendor, with its secrets taken out' },
		{ name: 'Simplified', value: 'simplified', description: 'What has become of the credential, in a few columns, the same for every vendor' },
	],
	default: 'simplified',
	description: 'How much the result shows',
};

/** How long a single request may take. */
export const TIMEOUT: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1000 },
	default: DEFAULT_TIMEOUT_MS,
	description: 'How many milliseconds a single request may take, from signing in to the last byte of the answer',
};
