import type { IExecuteFunctions } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import type { Operation, OperationName } from '../../kit/operation';
import { collection, readSwitch } from '../../kit/parameters';
import type { VendorRecord } from '../../kit/record';
import { asFailure } from '../asFailure';
import { parametersOf, requestedId } from '../run/nodeParameters';
import { loadStoredSecret, PREVIOUS_SECRET, STORED_SECRET, type StoredSecret } from './storedSecret';

/** Where the secrets of a run come from. */
export interface SecretSources {
	/** The stored secret that is sent; `null`: secrets come from the node's fields. */
	stored: StoredSecret | null;
	/** The secrets from before, for putting back; `null` where the user has not stored them. */
	previous: StoredSecret | null;
	/** Why no item can be worked on. */
	unusable: Failure | null;
}

/** Loads what the node points to, once for all items. Throws nothing: what is wrong with it is told item by item. */
export async function secretSourcesOf(
	context: IExecuteFunctions,
	vendor: VendorRecord,
	operation: OperationName,
): Promise<SecretSources> {
	const { storedSecret } = vendor.operations[operation] as Operation;
	const isStored = storedSecret !== undefined && context.getNodeParameter('secretSource', 0, 'fields') === 'storedSecret';
	if (!isStored) return { stored: null, previous: null, unusable: null };
	try {
		const stored = await loadStoredSecret(context, STORED_SECRET);
		const hasPrevious = operation === 'update' && context.getNode().credentials?.[PREVIOUS_SECRET.type] !== undefined;
		const previous = hasPrevious ? await loadStoredSecret(context, PREVIOUS_SECRET) : null;
		for (const each of [stored, previous]) if (each !== null) requireOneTarget(context, each, operation);
		return { stored, previous, unusable: null };
	} catch (error) {
		return { stored: null, previous: null, unusable: asFailure(error, 'no') };
	}
}

/**
 * One secret in many places is one leak in many places, and mostly a run that was meant for one credential.
 * Throws a `Failure` (`invalidInput`).
 */
function requireOneTarget(context: IExecuteFunctions, { values, label }: StoredSecret, operation: OperationName): void {
	const all = context.getInputData().map((_, itemIndex) => parametersOf(context, itemIndex));
	const [first] = all;
	if (values === undefined || first === undefined || all.length === 1) return;
	const targets = operation === 'create' ? all.length : new Set(all.map((parameters) => requestedId(parameters)?.toLowerCase())).size;
	if (targets === 1 || readSwitch(collection(first, 'options').sameSecretForAllItems, 'Same Secret For All Items')) return;
	throw invalidInput(
		`“${label}” has one set of values, and this run has ${targets} credentials. Store a set for each under “Values (JSON)”, or turn on “Same Secret For All Items” in the options.`,
	);
}
