import type { IExecuteFunctions } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { asObject, asText } from '../../kit/json';
import type { Operation, Target } from '../../kit/operation';
import { type Parameters, readLimit } from '../../kit/parameters';
import { asFailure } from '../asFailure';
import type { Run } from '../request/exchange';
import type { SecretSource } from '../secrets/secretSource';
import { nothingFor, type SecretValues, valuesFor, withStoredValues } from '../secrets/storedSecret';
import { type EngineOptions, engineOptions } from './engineOptions';
import { parametersOf, requestedId } from './nodeParameters';
import type { Subject } from './result';

/** An item whose parameters have been read, and may have turned out not to be usable. */
export interface Prepared {
	itemIndex: number;
	subject: Subject;
	/** What the item asks for; `null` when that cannot be told. */
	work: Work | null;
	failure: Failure | null;
}

/** What an item asks for, read from its parameters. */
export interface Work extends Asked {
	options: EngineOptions;
	/** How many credentials a list may yield. */
	limit: number;
	/** What “get” makes of the same parameters, for work that has to see the credential first; else `null`. */
	lookUp: Target | null;
	/** The update with the secrets from before, for putting back; `null` where none are stored for the credential. */
	previousFor: ByName<Target | null>;
}

interface Asked {
	/** The credential that it is about: by this it waits for its turn. */
	target: Target;
	/** What is to be done with it. */
	inputFor: ByName<Target>;
	/** Whether what is to be done depends on the name: the secret may be stored under that. */
	needsName: boolean;
}

/** Completes what an item asks for by what the vendor calls the credential. Throws a `Failure` (`invalidInput`). */
type ByName<T> = (name: string | null) => T;

/** Reads one item's parameters. Sends nothing and throws nothing. */
export function prepareItem(run: Run, itemIndex: number): Prepared {
	const { context, vendor, operation } = run;
	const subject: Subject = { vendor: vendor.name, operation, id: null };
	try {
		const parameters = parametersOf(context, itemIndex);
		subject.id = requestedId(parameters);
		const source = run.sources[itemIndex]!;
		if (source.unusable !== null) throw source.unusable;
		const options = engineOptions(parameters, run);
		const limit = operation === 'getAll' ? readLimit(parameters) : 1;
		const asked = readAsked(run, source, parameters, subject.id);
		subject.id = asked.target.id;
		requireOwnersConsent(run, source, asked.target);
		const looks = asked.needsName || looksFirst(run, source, options);
		const lookUp = looks ? vendor.operations.get.read(parameters) : null;
		const previousFor = (name: string | null) => readPrevious(run, source, parameters, [asked.target.id, name]);
		return { itemIndex, subject, work: { ...asked, options, limit, lookUp, previousFor }, failure: null };
	} catch (error) {
		return { itemIndex, subject, work: null, failure: asFailure(error, 'no') };
	}
}

/** What the item asks for, secrets out of a stored one included. */
function readAsked({ vendor, operation }: Run, { stored }: SecretSource, parameters: Parameters, id: string | null): Asked {
	const { read, storedSecret } = vendor.operations[operation] as Operation;
	if (stored === null || storedSecret === undefined) return settled(read(parameters));
	const inputWith = (values: SecretValues | null): Target => {
		const fields = storedSecret(parameters, [...(values?.keys() ?? [])]);
		if (fields === null) return read(parameters);
		if (values === null) throw nothingFor(stored);
		return read(withStoredValues(parameters, fields, values, stored));
	};
	const fields = storedSecret(parameters, []);
	const values = valuesFor(stored, operation === 'create' ? asText(fields?.newName) : id);
	// Its name may be what the values are stored under, and only the vendor knows it.
	if (values === null && operation === 'update' && fields !== null) {
		const target = vendor.operations.get.read(parameters);
		return { target, inputFor: (name) => inputWith(valuesFor(stored, name)), needsName: true };
	}
	return settled(inputWith(values));
}

/** What is known without a look at the credential. */
function settled(input: Target): Asked {
	return { target: input, inputFor: () => input, needsName: false };
}

/** The update with the secrets from before, which are stored under one of these: the credential's ID and its name. */
function readPrevious({ vendor }: Run, { previous }: SecretSource, parameters: Parameters, keys: Array<string | null>): Target | null {
	if (previous === null) return null;
	const values = keys.map((key) => valuesFor(previous, key)).find((found) => found !== null) ?? null;
	const { read, storedSecret } = vendor.operations.update as Operation;
	const fields = storedSecret?.(parameters, [...(values?.keys() ?? [])]) ?? null;
	return values === null || fields === null ? null : read(withStoredValues(parameters, fields, values, previous));
}

/**
 * What an agent may not do unless the owner of the node has said so, in a switch that is set by hand: an expression could
 * be filled in by the agent itself. Throws a `Failure` (`invalidInput`).
 */
function requireOwnersConsent(run: Run, { stored }: SecretSource, { secrets = [] }: Target): void {
	if (!run.isToolCall) return;
	const { context, operation } = run;
	const written = asObject(context.getNode().parameters.options);
	if (operation === 'delete' && written.allowDeleteFromAgent !== true) {
		throw invalidInput('An AI agent may delete a credential only when “Allow Delete From Agent” is switched on in the options of this node.');
	}
	if (stored === null && secrets.length > 0 && written.allowSecretsFromAgent !== true) {
		throw invalidInput(
			'An AI agent cannot hand over a secret. Set “Secret Source” to Stored Secret, or switch on “Allow Secrets From Agent” in the options of this node.',
		);
	}
}

/** A dry run shows what is stored; putting back needs to know it. An option left over from another operation has no say. */
function looksFirst({ vendor, operation }: Run, { previous }: SecretSource, { dryRun, verify, onVerificationFailure }: EngineOptions): boolean {
	if (dryRun) return operation === 'update' || operation === 'delete';
	if (!verify || onVerificationFailure !== 'restore' || operation !== 'update') return false;
	const { undoing } = vendor.operations.update;
	return undoing !== undefined && !(undoing.needsPrevious === true && previous === null);
}

/**
 * Items with the same order are worked off one after the other; `null`: one that waits for no other. Two credentials may
 * share one, such as the same number in two connections: that costs time and no more.
 */
export function orderOf({ work, subject }: Prepared): string | null {
	if (subject.operation === 'getAll' || work === null) return null;
	const { id, duplicateKey } = work.target;
	// UUIDs may be written either way.
	return id === null ? (duplicateKey === undefined ? null : `new ${duplicateKey}`) : `id ${id.toLowerCase()}`;
}

/** Current agents run the node under a type with this ending, older ones say so through the context alone. */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool') || context.isToolExecution();
}
