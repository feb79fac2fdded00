import { isStepwise, lists, OPERATION_NAMES, OPERATIONS } from '../nodes/kit/operations';
import type { Schema } from '../test/harness/schema';

/** A key of a result, or of a failed item's `error`: what the documents and the output previews say of it. */
interface Key {
	key: string;
	/** One line for people, in Markdown. */
	meaning: string;
}

interface ResultKey extends Key {
	/** The smallest size of output that has it. */
	size: 'simplified' | 'full' | 'raw';
	schema: Schema;
	/** The only operations that have it; absent: every one. */
	only?: readonly string[];
	/** Whether it is there in some cases alone, which no preview shows. */
	isOccasional?: true;
}

const text: Schema = { type: 'string' };
const object: Schema = { type: 'object', properties: {} };
const ONE_CREDENTIAL = OPERATION_NAMES.filter((operation) => !lists(operation));
/** Those that put another credential in the place of one. */
const REPLACING = OPERATION_NAMES.filter(isStepwise);
const OPERATION_LIST = quoted(OPERATION_NAMES);

/** Every key of a result, in the order of the full size. */
export const RESULT_KEYS: readonly ResultKey[] = [
	{ key: 'outcome', size: 'simplified', schema: text, meaning: quoted([...new Set(OPERATION_NAMES.map((operation) => OPERATIONS[operation].outcome)), 'unchanged', 'planned']) },
	{ key: 'vendor', size: 'simplified', schema: text, meaning: 'which node it was' },
	{ key: 'id', size: 'simplified', schema: text, meaning: 'the credential' },
	{ key: 'name', size: 'simplified', schema: text, meaning: 'what the vendor calls it' },
	{ key: 'type', size: 'simplified', schema: text, meaning: 'its kind, in the vendor’s words' },
	{ key: 'parentId', size: 'simplified', schema: text, meaning: 'where it stands at the vendor: a provider, a connection, an account group or an organization' },
	{ key: 'updatedAt', size: 'simplified', schema: text, meaning: 'as the vendor says' },
	{ key: 'expiresAt', size: 'simplified', schema: text, meaning: 'as the vendor says in this answer; `null` means that it does not tell here, and not that there is no date' },
	{ key: 'changed', size: 'simplified', schema: { type: 'array', items: text }, only: ONE_CREDENTIAL, meaning: 'names of the fields that were to change, secrets by name only; not in lists' },
	{ key: 'verification', size: 'simplified', schema: text, only: ONE_CREDENTIAL, meaning: '`verified`, `accepted`, `mismatch` (with *Report*, and where a new secret is handed over), or `skipped` (without **Verify**, and where nothing was sent); not in lists' },
	{
		key: 'message',
		size: 'simplified',
		schema: text,
		meaning:
			'what else there is to know, in whole sentences: how far the change is borne out, what of the secret was mended before it was sent ([rules](security.md#what-is-mended-and-what-is-refused)), that a list may be incomplete; `null` where there is nothing',
	},
	{ key: 'stage', size: 'simplified', schema: text, only: REPLACING, meaning: 'after Rotate and Retire alone: how far it is, `created`, `signedIn`, `handedOver`, `marked`, `retired`; `null` where nothing was begun' },
	{ key: 'successorId', size: 'simplified', schema: text, only: REPLACING, meaning: 'after Rotate and Retire alone: the credential that takes its place' },
	{ key: 'retireAfter', size: 'simplified', schema: text, only: REPLACING, meaning: 'after Rotate and Retire alone: until when the old credential stays in any case' },
	{ key: 'plan', size: 'simplified', schema: object, isOccasional: true, meaning: 'with **Dry Run** `{ method, path, body }`, values redacted but for those that are known to be safe; in the full size always there, and `null` where nothing was planned' },
	{ key: 'deleted', size: 'simplified', schema: { type: 'boolean' }, only: ['delete'], meaning: 'after Delete alone: `true`; not in a dry run' },
	{ key: 'secret', size: 'simplified', schema: object, isOccasional: true, meaning: 'with **Return Secret** alone: `{ clientId, clientSecret }`' },
	{ key: 'resource', size: 'full', schema: text, meaning: '`credential`, `rotation`' },
	{ key: 'operation', size: 'full', schema: text, meaning: OPERATION_LIST },
	{ key: 'createdAt', size: 'full', schema: text, meaning: 'as the vendor says' },
	{ key: 'restored', size: 'full', schema: { type: 'boolean' }, meaning: '`null`; what was put back after a failed verification stands in the failed item' },
	{ key: 'verificationDetail', size: 'full', schema: object, meaning: '`method` (`vendor`, `response`, `readBack`, `none`) and `detail`, which names the fields that differ' },
	{ key: 'attributes', size: 'full', schema: object, meaning: 'the vendor’s own non-secret fields' },
	{ key: 'rotation', size: 'full', schema: object, only: REPLACING, meaning: 'after Rotate and Retire alone: `predecessorId`, and `orphans`, the IDs of successors that are not used' },
	{ key: 'meta', size: 'full', schema: object, meaning: '`contractVersion`, `requestId`, `requests` (all for this item), `attempts` (of the one that changes), `durationMs`, `at`, `rotationId` (of the rotation that it is about, or that has brought the stored secret which was sent; else `null`)' },
	{ key: 'raw', size: 'raw', schema: object, meaning: 'the vendor’s answer, secrets taken out' },
];

/** Every key of a failed item's `error`, in its order. */
export const ERROR_KEYS: readonly Key[] = [
	{ key: 'message', meaning: 'what happened' },
	{ key: 'hint', meaning: 'how to mend it' },
	{
		key: 'code',
		meaning:
			'`authentication`, `permission`, `notFound`, `parentNotFound`, `invalidInput`, `verificationFailed`, `conflict`, `locked`, `rateLimited`, `vendorUnavailable`, `timeout`, `network`, `unexpectedResponse`, `cancelled`',
	},
	{ key: 'applied', meaning: '`no`: nothing was changed; `yes`: changed, but not as asked; `unknown`: the request may have arrived and its answer did not come back, so check at the vendor' },
	{ key: 'retryable', meaning: 'whether the same can succeed later' },
	{ key: 'id', meaning: 'which credential' },
	{ key: 'name', meaning: 'what it is called, where a look at it has shown that, or what a new one was to be called' },
	{ key: 'vendor', meaning: 'which node it was' },
	{ key: 'operation', meaning: OPERATION_LIST },
	{ key: 'stage', meaning: 'how far it came: `input`, `token`, `read`, `change`, `answer`' },
	{ key: 'retryAfterMs', meaning: 'how long the vendor asks to wait' },
	{ key: 'httpStatus', meaning: 'the vendor’s answer' },
	{ key: 'vendorCode', meaning: 'the vendor’s own code, secrets taken out' },
	{ key: 'vendorMessage', meaning: 'what the vendor said, secrets taken out' },
	{ key: 'requestId', meaning: 'what the vendor’s support asks for' },
	{ key: 'attempts', meaning: 'tries of the request that changes' },
	{ key: 'restored', meaning: 'after *Restore* alone: `true`, `partial` or `false`' },
];

/** The keys that an operation's result has, in whatever case, in a size and without what only the larger ones have. */
export function keysOf(operation: string, size: ResultKey['size']): ResultKey[] {
	const sizes = ['simplified', 'full', 'raw'];
	const smaller = sizes.slice(0, sizes.indexOf(size) + 1);
	const always = (each: ResultKey) => !each.isOccasional || (each.key === 'plan' && size !== 'simplified');
	return RESULT_KEYS.filter((each) => smaller.includes(each.size) && always(each) && (each.only?.includes(operation) ?? true));
}

function quoted(names: readonly string[]): string {
	return names.map((name) => `\`${name}\``).join(', ');
}
