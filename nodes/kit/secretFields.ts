import type { IDisplayOptions, INodeCredentialDescription, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { showFor } from './fields';
import { MESSAGES } from './messages';
import type { OperationName } from './operation';
import type { Parameters } from './parameters';
import { quoted, say } from './sentences';
import { PAIRS } from './storedValues';

/** What such a credential is there for, in its own words. */
interface StoredSecretTexts {
	/** What is stored. */
	what: string;
	/** What a value is called; its number follows. */
	value: string;
	/** A filled example for each vendor. */
	examples: readonly string[];
}

/**
 * The fields of a credential that holds secrets: pairs of fixed names, because n8n fills blanked values of a list back in
 * by their place, so that a list with a row less would give one name the secret of another.
 */
export function storedSecretProperties({ what, value, examples }: StoredSecretTexts): INodeProperties[] {
	const places = Array.from({ length: PAIRS }, (_, index) => index + 1);
	return [
		{
			// Of HTML, n8n shows links and lists alone in a notice.
			displayName: `Give each field the name that the vendor has for it, and below it the value:<ul>${examples.map((example) => `<li>${example}</li>`).join('')}</ul>Another pair appears when the field before it is filled in. Secrets for several credentials go into “Values (JSON)” instead of the pairs. “Connection tested successfully” means only that the fields are filled in: nothing is sent to a vendor.`,
			name: 'examplesNotice',
			type: 'notice',
			default: '',
		},
		...places.flatMap((place): INodeProperties[] => {
			// Hidden by what is empty, rather than shown by what is not: the public API of n8n 2.8 requires whatever a credential
			// shows by a condition, and so would refuse a change of the other fields alone.
			const shown = place === 1 ? {} : { displayOptions: { hide: { [`name${place - 1}`]: [''] } } };
			return [
				{
					displayName: `Field ${place}`,
					name: `name${place}`,
					type: 'string',
					default: '',
					placeholder: 'e.g. client_secret',
					description: 'The name that the vendor has for the field. Each node takes the names of its own vendor and leaves the others.',
					...shown,
				},
				{
					displayName: `${value} ${place}`,
					name: `value${place}`,
					type: 'string',
					typeOptions: { password: true },
					default: '',
					description: `${what}, or an expression that reads it. Line breaks of a private key that get lost here are restored.`,
					...shown,
				},
			];
		}),
		{
			displayName: 'Values (JSON)',
			name: 'valuesJson',
			type: 'string',
			// Masked once it is saved. While it is typed, n8n shows several lines where it can: who writes JSON has to see it.
			typeOptions: { password: true, rows: 5 },
			default: '',
			placeholder: 'e.g. {"405": {"value": "…"}, "name:shop-login": {"value": "…"}}',
			description:
				'For many credentials at once, in place of the pairs above, which have to be empty then. Each key is the ID of a credential, or “name:” and its name; under it stands an object with its fields. To keep vendors apart, group the entries by vendor, as results show it under “vendor”.',
		},
	];
}

/** Shown in fields that are none of a person's. */
const LEFT_EMPTY = 'Leave empty: the nodes fill it in';

/**
 * Which rotation the values of a stored secret belong to, and how far it is. Seen, because the public API of n8n cannot write
 * what is hidden; and always, for the reason above: shown by a condition, n8n 2.8 would require it.
 */
export const rotationMarkField: INodeProperties = {
	displayName: 'Rotation',
	name: 'rotation',
	type: 'string',
	default: '',
	placeholder: LEFT_EMPTY,
	description: 'Which rotation the values above belong to, and how far it has come. The nodes write it: leave it as it is.',
};

/** What the nodes write to see that they reach a credential, before they change a value in it or in its fellow. */
export const probeField: INodeProperties = {
	displayName: 'Probe',
	name: 'probe',
	type: 'string',
	default: '',
	placeholder: LEFT_EMPTY,
	description: 'When a rotation last made sure that it reaches this n8n. Written by the nodes: leave it as it is.',
};

/** The operations that send a secret. */
const SENDING: OperationName[] = ['create', 'update'];

/** Where the secret that is sent can come from, as “Secret Source” has it. */
export type SecretChoice = 'fields' | 'previousSecret' | 'storedSecret';

/** What the selectors of stored secrets are called in the nodes, and that of the key which writes to them: `displayName` in the `credentials` of each. */
export const SELECTORS = { new: 'New Secret', before: 'Secret Before', store: 'n8n API (Stores the New Pair)' } as const;

/** What the parameters are called that say where in “Values (JSON)” of a stored secret something goes. */
export const PLACE_LABELS = { key: 'Store Under (ID or Name)', group: 'Store Under Vendor' } as const;

/** Shows a parameter in which a secret is typed: only while that is where secrets come from. */
export function whenTyped(operations: OperationName[] = SENDING, more: IDisplayOptions['show'] = {}): IDisplayOptions {
	return showFor(operations, { ...more, secretSource: ['fields'] });
}

const FIELDS: INodePropertyOptions = { name: 'Fields', value: 'fields', description: 'Typed below, or taken from an item by an expression' };
const SECRET_BEFORE: INodePropertyOptions = {
	name: 'Secret Before',
	value: 'previousSecret',
	description: 'From a credential of the type Rotation Previous Secret API, to put back what was in force before',
};
const STORED_SECRET: INodePropertyOptions = {
	name: 'Stored Secret',
	value: 'storedSecret',
	description: 'From a credential of the type Rotation Secret API, which n8n keeps encrypted',
};

const secretSource: INodeProperties = {
	displayName: 'Secret Source',
	name: 'secretSource',
	type: 'options',
	noDataExpression: true,
	options: [FIELDS, SECRET_BEFORE, STORED_SECRET],
	default: 'storedSecret',
	displayOptions: showFor(['update']),
	description: 'Where the secret that is sent comes from',
};

/**
 * Where secrets come from, and what it means. Stands above every list: n8n empties what was chosen in one below which
 * another credential is chosen.
 */
export const secretSourceProperties: INodeProperties[] = [
	// What is new has no secret from before.
	{ ...secretSource, options: [FIELDS, STORED_SECRET], displayOptions: showFor(['create']) },
	secretSource,
	{
		displayName:
			'A secret that is typed into a field is stored by n8n in clear with the workflow, and one that comes from an item with the execution. Set “Secret Source” to Stored Secret to keep it out of both.',
		name: 'secretNotice',
		type: 'notice',
		default: '',
		displayOptions: whenTyped(),
	},
];

/**
 * A value that no selector of credentials waits for. n8n’s editor takes a parameter whose every value shows one, or that has no
 * values at all, for a way to sign in, and hides all the others that selectors wait for.
 */
const SHOWS_NOTHING: INodePropertyOptions = { name: 'No', value: 'no' };

/**
 * Of two choices far apart, each alone makes the secret from before of use: to send it, and to put it back on a mismatch.
 * n8n shows a selector of credentials by conditions that all have to hold, but shows it at once where it comes to a parameter
 * that is an expression. So the first choice brings such a parameter along, which nobody sees, and where it is missing
 * the condition after it counts, which is the second choice.
 */
export const secretBeforeMark: INodeProperties = {
	displayName: 'Sends Secret Before',
	name: 'sendsSecretBefore',
	type: 'hidden',
	options: [SHOWS_NOTHING],
	default: '={{ true }}',
	displayOptions: showFor(['update'], { secretSource: ['previousSecret'] }),
};

/** Operations that work on the new secret that is chosen, and of them those that work on the one from before as well. */
const ROTATING: OperationName[] = ['begin', 'finish', 'rollBack'];
const ROTATING_BOTH: OperationName[] = ['begin', 'rollBack'];

/** What those operations bring along so that the selectors show: nobody sees it, and nothing reads it. */
export const rotationMarks: INodeProperties[] = [
	{
		displayName: 'Secret Source',
		name: secretSource.name,
		type: 'hidden',
		noDataExpression: true,
		options: [SHOWS_NOTHING],
		default: 'storedSecret',
		displayOptions: showFor(ROTATING),
	},
	{ ...secretBeforeMark, displayOptions: showFor(ROTATING_BOTH) },
];

/**
 * One of these operations, as conditions on a selector. Not as a list: n8n takes a parameter whose every value stands in one for a
 * way to sign in, and hides it. Nor as a pattern: n8n gives it up after a short time, and on a busy machine hands out no
 * credential then.
 */
function oneOf(operations: OperationName[]): string[] {
	return operations.map((operation) => ({ _cnd: { eq: operation } })) as unknown as string[];
}

/** When the selector of the new secret shows, at a vendor whose node has operations on a rotation. */
export const showForNewSecretOrRotation: INodeCredentialDescription['displayOptions'] = {
	show: { operation: oneOf(['create', 'update', ...ROTATING]), secretSource: ['storedSecret'] },
};

/** When the selector of the secret from before shows, at a vendor whose node has that mark. */
export const showForSecretBefore: INodeCredentialDescription['displayOptions'] = {
	show: {
		operation: ['update'],
		// Credentials are not typed to have such a condition; n8n checks it as it does that of a parameter.
		[secretBeforeMark.name]: [{ _cnd: { not: 'no' } }] as unknown as string[],
		'/options.onVerificationFailure': ['restore'],
	},
	hide: { secretSource: ['fields'] },
};

/** The same at a vendor whose node has operations on a rotation. */
export const showForSecretBeforeOrRotation: INodeCredentialDescription['displayOptions'] = {
	...showForSecretBefore,
	show: { ...showForSecretBefore!.show, operation: oneOf(['update', ...ROTATING_BOTH]) },
};

/**
 * How a secret is given, as a sentence goes on that says what to fill in: by what the node has chosen under “Secret Source”.
 * @param typed the parameters in which it is typed
 */
export function waysToGiveSecret(parameters: Parameters, typed: string): string {
	switch (parameters.get('secretSource')) {
		case 'fields':
			return say(MESSAGES.stored.typed, { fields: typed });
		case 'previousSecret':
			return say(MESSAGES.stored.chosenBefore, { selector: SELECTORS.before });
		default:
			return say(MESSAGES.stored.chosenNew, { selector: SELECTORS.new, fields: typed });
	}
}

/**
 * Where a secret is corrected that was refused, as a sentence: in the stored secret that has brought it, or where it is typed.
 * @param typed the parameters in which it is typed
 */
export function whereToCorrectSecret({ storedIn }: Parameters, typed: string): string {
	if (storedIn === undefined) return say(MESSAGES.stored.correctTyped, { fields: typed });
	const { label, names } = storedIn;
	return say(MESSAGES.stored.correctStored, { label, names: quoted(names, ' and ') });
}

/** Options of the operations that send a secret. */
export const secretOptions: INodeProperties[] = [
	{
		displayName: 'Allow Secrets From Agent',
		name: 'allowSecretsFromAgent',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '@tool': [true], '/secretSource': ['fields'] } },
		description:
			'Whether an AI agent that calls this node as a tool may hand over a secret, which n8n then stores with the execution. It has to be switched on by hand: an expression counts as off.',
	},
	{
		displayName: 'Same Secret For All Items',
		name: 'sameSecretForAllItems',
		type: 'boolean',
		default: false,
		displayOptions: { hide: { '/secretSource': ['fields'] } },
		description: 'Whether the one set of values in the stored secret may go to all credentials of a run',
	},
];
