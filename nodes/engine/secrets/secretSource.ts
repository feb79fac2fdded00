import isEqual from 'lodash/isEqual';
import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { asObject } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import type { Operation, OperationName } from '../../kit/operation';
import { collection, readSwitch } from '../../kit/parameters';
import type { VendorRecord } from '../../kit/record';
import type { SecretChoice } from '../../kit/secretFields';
import { say } from '../../kit/sentences';
import { asFailure } from '../asFailure';
import type { Accounts } from '../request/account';
import { digestOf } from '../request/digest';
import { cancelled } from '../request/transport';
import { parametersOf, requestedId } from '../run/nodeParameters';
import { runSchedule } from '../run/schedule';
import { PREVIOUS_SECRET, readStoredSecret, type SecretStore, splitMark, STORED_SECRET, type StoredSecret } from './storedSecret';

/** Where the secrets of an item come from. */
export interface SecretSource {
	/** The stored secret that is sent; `null`: there is none. */
	stored: StoredSecret | null;
	/** The rotation that has brought what is stored there; `null`: none, or that cannot be told. */
	rotationId: string | null;
	/** The secrets from before, for putting back; `null` where they are not chosen, or are themselves what is sent. */
	previous: StoredSecret | null;
	/** Where a stored secret would have to be chosen, and none is; `null`: one is, or secrets come from the node's fields. */
	unchosen: SecretStore | null;
	/** Why the item cannot be worked on. */
	unusable: Failure | null;
}

/** Out of which stored secret the choices send that send one. */
const SENT_FROM: ReadonlyMap<SecretChoice, SecretStore> = new Map([
	['previousSecret', PREVIOUS_SECRET],
	['storedSecret', STORED_SECRET],
]);

const FIELDS: SecretSource = { stored: null, rotationId: null, previous: null, unchosen: null, unusable: null };

/** Look-ups under way at a time: each is a query to n8n's database, which other executions wait for as well. */
const LOOK_UPS_AT_ONCE = 10;

/**
 * The source of each item. The fields of a stored secret may be expressions, so it is looked up for every item; and before
 * the first one is worked on, because a set of values that goes to several is refused for all of them. Throws nothing: what
 * is wrong with one is told by its item.
 */
export async function secretSourcesOf(
	context: IExecuteFunctions,
	vendor: VendorRecord,
	operation: OperationName,
	accounts: Accounts,
): Promise<readonly SecretSource[]> {
	const items = context.getInputData();
	if (!Object.hasOwn(vendor.operations, operation)) {
		const unusable = invalidInput(say(MESSAGES.input.unknownChoice, { label: 'Operation' }));
		return items.map(() => ({ ...FIELDS, unusable }));
	}
	const { storedSecret } = vendor.operations[operation] as Operation;
	const choice = storedSecret === undefined ? 'fields' : (context.getNodeParameter('secretSource', 0, 'fields') as SecretChoice);
	if (choice === 'previousSecret' && operation !== 'update') {
		const unusable = invalidInput(say(MESSAGES.stored.beforeForNew));
		return items.map(() => ({ ...FIELDS, unusable }));
	}
	const sent = SENT_FROM.get(choice);
	if (sent === undefined) return items.map(() => FIELDS);
	const stored = new Store(context, sent);
	const previous = sent === STORED_SECRET && mayRestore(context, vendor, operation) ? new Store(context, PREVIOUS_SECRET) : null;
	const cancel = context.getExecutionCancelSignal();
	const sources: SecretSource[] = items.map(() => ({ ...FIELDS, unusable: cancelled('read', 'no') }));
	await runSchedule({
		count: items.length,
		concurrency: LOOK_UPS_AT_ONCE,
		keyOf: () => null,
		goesOn: () => cancel?.aborted !== true,
		run: async (itemIndex) => {
			try {
				const given = await stored.of(itemIndex);
				const before = (await previous?.of(itemIndex)) ?? null;
				sources[itemIndex] = {
					stored: given?.secret ?? null,
					// The secrets from before are of none: nothing marks them.
					rotationId: sent === STORED_SECRET ? (given?.rotationId ?? null) : null,
					previous: before?.secret ?? null,
					unchosen: given === null ? sent : null,
					unusable: null,
				};
				// Whether others get the same is told by account.
				if (setsOf(sources[itemIndex]).length > 0 && items.length > 1) await accounts.of(itemIndex).catch(() => {});
			} catch (error) {
				sources[itemIndex] = { ...FIELDS, unusable: asFailure(error, 'no') };
			}
		},
	});
	return cancel?.aborted === true ? sources : await withOneTargetEach(context, operation, sources, accounts);
}

/** Whether the node shows the selector of secrets from before. Where it does not, n8n refuses to hand over what was once chosen there. */
function mayRestore(context: IExecuteFunctions, { operations }: VendorRecord, operation: OperationName): boolean {
	if (operation !== 'update' || operations.update.undoing === undefined) return false;
	const { onVerificationFailure } = asObject(context.getNode().parameters.options);
	return onVerificationFailure === 'restore' || (typeof onVerificationFailure === 'string' && onVerificationFailure.startsWith('='));
}

/** The stored secret that the node points to. Equal data is read once, and so is told by being the same object. */
class Store {
	private readonly byDigest = new Map<string, StoredSecret>();
	/** What was found last: mostly all items have the same, and to compare it costs little beside a digest of a long list. */
	private last: { data: ICredentialDataDecryptedObject; secret: StoredSecret } | null = null;
	/** What the user calls the credential; `null`: none is chosen. */
	private readonly label: string | null;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly store: SecretStore,
	) {
		const chosen = context.getNode().credentials?.[store.type];
		this.label = chosen === undefined ? null : chosen.name || store.selector;
	}

	/** `null` when none is chosen. Throws a `Failure` (`invalidInput`) when there is none to use for this item. */
	async of(itemIndex: number): Promise<{ secret: StoredSecret; rotationId: string | null } | null> {
		const { label } = this;
		if (label === null) return null;
		// What is beside the values does not make another set of them.
		const { values, rotationId } = splitMark(await this.dataFor(itemIndex, label));
		return { secret: this.secretIn(values, label), rotationId };
	}

	private async dataFor(itemIndex: number, label: string): Promise<ICredentialDataDecryptedObject> {
		const { store } = this;
		try {
			return await this.context.getCredentials(store.type, itemIndex);
		} catch {
			// Whatever n8n says of it: its words differ by version and may quote the data.
			throw invalidInput(say(MESSAGES.stored.unusable, { label, selector: store.selector }));
		}
	}

	private secretIn(data: ICredentialDataDecryptedObject, label: string): StoredSecret {
		if (this.last !== null && isEqual(data, this.last.data)) return this.last.secret;
		const digest = digestOf(data);
		const secret = this.byDigest.get(digest) ?? readStoredSecret(data, { label, selector: this.store.selector });
		this.byDigest.set(digest, secret);
		this.last = { data, secret };
		return secret;
	}
}

/** The secrets of an item that are one set of values, which any credential could be given. */
function setsOf({ stored, previous }: SecretSource): StoredSecret[] {
	return [stored, previous].filter((each) => each !== null && each.values !== undefined);
}

/**
 * One secret in many places is one leak in many places, and mostly a run that was meant for one credential: a set of values
 * that would go to several is refused for all of them, unless the user wants it so.
 */
async function withOneTargetEach(
	context: IExecuteFunctions,
	operation: OperationName,
	sources: readonly SecretSource[],
	accounts: Accounts,
): Promise<readonly SecretSource[]> {
	if (sources.length === 1) return sources;
	const targets = new Map<StoredSecret, Set<string>>();
	const parameters = sources.map((_, itemIndex) => parametersOf(context, itemIndex));
	for (const [itemIndex, source] of sources.entries()) {
		const sets = setsOf(source);
		if (sets.length === 0) continue;
		const account = await accounts.of(itemIndex).catch(() => null);
		const id = operation === 'create' ? `new ${itemIndex}` : `id ${requestedId(parameters[itemIndex]!)?.toLowerCase()}`;
		const target = `${account?.key} ${id}`;
		for (const set of sets) targets.set(set, (targets.get(set) ?? new Set()).add(target));
	}
	return sources.map((source, itemIndex) => {
		const shared = setsOf(source).find((set) => targets.get(set)!.size > 1);
		if (shared === undefined) return source;
		try {
			if (readSwitch(collection(parameters[itemIndex]!, 'options').sameSecretForAllItems, 'Same Secret For All Items')) return source;
		} catch (error) {
			return { ...FIELDS, unusable: asFailure(error, 'no') };
		}
		const count = targets.get(shared)!.size;
		return {
			...FIELDS,
			unusable: invalidInput(say(MESSAGES.stored.oneSetForMany, { label: shared.label, count })),
		};
	});
}
