import once from 'lodash/once';
import type { IExecuteFunctions } from 'n8n-workflow';

import { type Failure, invalidInput } from '../../kit/failure';
import { asObject, asText, leaves } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import type { Operation, StoredFields, Target } from '../../kit/operation';
import { changes, goesOn, lists, OPERATIONS } from '../../kit/operations';
import { type Parameters, readLimit } from '../../kit/parameters';
import { say } from '../../kit/sentences';
import type { SecretValues } from '../../kit/storedValues';
import { asFailure } from '../asFailure';
import type { Run } from '../request/exchange';
import type { SecretSource } from '../secrets/secretSource';
import type { StoredEntries, StoredUnder } from '../secrets/storedList';
import { type StoredSecret, withoutSecrets, withStoredValues } from '../secrets/storedSecret';
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
	/** What “get” makes of the same parameters. Throws a `Failure` (`invalidInput`), but not where `looks` is set. */
	lookUp: () => Target;
	/** Whether the credential is looked at first, and whether there is no doing without. */
	looks: 'no' | 'ifAllowed' | 'always';
	/** The update with the secrets from before, for putting back; `null` where none are stored for the credential. */
	previousFor: ByName<Target | null>;
	/** What the user calls the credentials that hold the new secrets and those from before. */
	labels: { stored: string; previous: string };
	/** All values from before that are stored for the credential, of use here or not: until the change they may be in force. */
	heldFor: ByName<string[]>;
}

interface Asked {
	/** The credential that it is about: by this it waits for its turn. */
	target: Target;
	/** What is to be done with it. */
	inputFor: ByName<Target>;
	/** Whether what the credential is called has to be known first, because the secret may be stored under that. */
	naming: Naming;
	/** The rotation that has brought the stored secret which is sent; `null`: none is sent, or it is of no rotation. */
	rotationId: string | null;
}

/**
 * `wanted`: only to make sure that there are no other values under the name. An account that may change the credential but
 * not look at it does without.
 */
type Naming = 'idle' | 'wanted' | 'needed';

/** Completes what an item asks for by what the vendor calls the credential. Throws a `Failure` (`invalidInput`). */
type ByName<T> = (name: string | null) => T;

/**
 * A stop stores no output, so what only the result of an item holds would be lost when another item stops the run. Yields
 * the items of which that is true, as ones that cannot be worked on.
 */
export function refusedForStop(run: Run, itemIndices: number[]): Prepared[] {
	const { onlyCopy } = run.vendor.operations[run.operation] as Operation;
	if (onlyCopy === undefined) return [];
	return itemIndices.flatMap((itemIndex) => {
		const { work, ...item } = prepareItem(run, itemIndex);
		const option = work === null || work.options.dryRun ? null : onlyCopy(work.target);
		return option === null ? [] : [{ ...item, work: null, failure: lostByStop(option) }];
	});
}

function lostByStop(option: string): Failure {
	return invalidInput(say(MESSAGES.refusal.onlyCopy, { option }));
}

/** Reads one item's parameters. Sends nothing and throws nothing. */
export function prepareItem(run: Run, itemIndex: number): Prepared {
	const { context, vendor, operation } = run;
	const subject: Subject = { vendor: vendor.name, label: vendor.label, operation, id: null, name: null, rotationId: null };
	try {
		const parameters = parametersOf(context, itemIndex);
		subject.id = requestedId(parameters);
		const source = run.sources[itemIndex]!;
		if (source.unusable !== null) throw source.unusable;
		const options = engineOptions(parameters, run);
		const limit = lists(operation) ? readLimit(parameters) : 1;
		const asked = readAsked(run, source, parameters);
		subject.id = asked.target.id;
		subject.rotationId = asked.rotationId;
		requireOwnersConsent(run, source, asked.target);
		const looks = looksFirst(run, source, options);
		const isNamed = asked.naming !== 'idle' || previousIsNamed(run, source);
		const lookUp = once(() => vendor.operations.get.read(parameters) as Target);
		if (looks || isNamed) lookUp();
		const previousBy = (name: string | null) => readPrevious(run, source, parameters, { id: asked.target.id, name });
		// Where nothing is put back, a secret from before that is of no use here is none.
		const previousFor = needsPrevious(options) ? previousBy : (name: string | null) => orNull(() => previousBy(name));
		const heldFor = (name: string | null) => leaves([...(orNull(() => valuesBefore(run, source, { id: asked.target.id, name })) ?? new Map()).values()]);
		// A plan is one also for an account that may change the credential but not read it.
		const mustSee = asked.naming === 'needed' || (looks && !options.dryRun);
		// Told only of an item whose secrets are known: one may have been entered for a name.
		subject.name = newNameOf(run, parameters);
		const labels = { stored: source.stored?.label ?? '', previous: source.previous?.label ?? '' };
		const work: Work = { ...asked, options, limit, lookUp, looks: looks || isNamed ? (mustSee ? 'always' : 'ifAllowed') : 'no', previousFor, heldFor, labels };
		return { itemIndex, subject, work, failure: null };
	} catch (error) {
		return { itemIndex, subject, work: null, failure: asFailure(error, 'no') };
	}
}

/** What the item asks for, secrets out of a stored one included. */
function readAsked(run: Run, source: SecretSource, parameters: Parameters): Asked {
	const { vendor, operation } = run;
	const { stored, rotationId } = source;
	const { read, storedSecret } = vendor.operations[operation] as Operation;
	const fields = storedSecret?.(parameters, []) ?? null;
	if (fields === null) return settled(read(parameters));
	requireBinding(run, source);
	if (stored === null) return settled(read(withoutStored(source, parameters, fields)));
	const inputWith: InputWith = (values) => read(withStoredValues(parameters, storedSecret?.(parameters, [...values.keys()]) ?? fields, values, stored));
	if (stored.byCredential === undefined) return { ...settled(inputWith(stored.values)), rotationId };
	const entries = stored.byCredential.of(vendor.name);
	if (operation === 'create') {
		const name = newNameOf(run, parameters);
		return { ...settled(inputWith(entries.find({ id: null, name }) ?? thrown(entries.nothingForNew(name)))), rotationId };
	}
	return { ...existing(vendor.operations.get.read(parameters), entries, inputWith, run.isToolCall), rotationId };
}

/** What a new credential is to be called; `null` where that is not asked for. */
function newNameOf({ vendor, operation }: Run, parameters: Parameters): string | null {
	return asText((vendor.operations[operation] as Operation).newName?.(parameters));
}

/** What the item gives while no stored secret is chosen. Throws a `Failure` (`invalidInput`) where there is no doing without one. */
function withoutStored({ unchosen }: SecretSource, parameters: Parameters, fields: StoredFields): Parameters {
	if (unchosen === null) return parameters;
	if (fields.isDispensable === true) return withoutSecrets(parameters, fields);
	const ways = [say(MESSAGES.stored.asFields), ...(fields.without === undefined ? [] : [fields.without])];
	throw invalidInput(say(MESSAGES.stored.noneChosen, { selector: unchosen.selector, way: ways.join(', or ') }));
}

type InputWith = (values: SecretValues) => Target;

/** What is asked for of a credential that exists. Its name is looked up only where values are stored under names. */
function existing(target: Target, entries: StoredEntries, inputWith: InputWith, isToolCall: boolean): Asked {
	const { id } = target;
	const byId = entries.find({ id, name: null });
	const input = byId === null ? null : inputWith(byId);
	if (!entries.hasNames || isToolCall) return settled(input ?? thrown(entries.nothingFor({ mayBeNamed: !isToolCall })));
	const inputFor = (name: string | null) => {
		const values = entries.find({ id, name }) ?? thrown(entries.nothingFor({ mayBeNamed: true }));
		return input ?? inputWith(values);
	};
	return { target: input ?? target, inputFor, naming: input === null ? 'needed' : 'wanted', rotationId: null };
}

/** What is known without a look at the credential. */
function settled(input: Target): Asked {
	return { target: input, inputFor: () => input, naming: 'idle', rotationId: null };
}

function thrown(failure: Failure): never {
	throw failure;
}

/**
 * An agent chooses what is changed, so a secret has to be bound to one credential by what the agent cannot choose: its ID.
 * Throws a `Failure` (`invalidInput`).
 */
function requireBinding({ isToolCall, operation }: Run, { stored, previous }: SecretSource): void {
	if (!isToolCall) return;
	if (operation === 'create' && stored !== null) {
		throw invalidInput(say(MESSAGES.agent.noCreate));
	}
	const unbound = [stored, previous].find((each) => each?.values !== undefined);
	if (!unbound) return;
	throw invalidInput(say(MESSAGES.agent.unbound, { label: unbound.label }));
}

/** The update with the secrets from before, where there are some for the credential. */
function readPrevious(run: Run, source: SecretSource, parameters: Parameters, under: StoredUnder): Target | null {
	const { previous } = source;
	if (previous === null) return null;
	const values = valuesBefore(run, source, under);
	const { read, storedSecret } = run.vendor.operations.update as Operation;
	const fields = storedSecret?.(parameters, [...(values?.keys() ?? [])]) ?? null;
	return values === null || fields === null ? null : read(withStoredValues(parameters, fields, values, previous));
}

/** The values from before, where there are some for the credential. */
function valuesBefore({ vendor, isToolCall }: Run, { previous }: SecretSource, { id, name }: StoredUnder): SecretValues | null {
	return previous === null ? null : valuesFor(previous, vendor.name, { id, name: isToolCall ? null : name });
}

/** Whether secrets from before are stored under names, so that only the name tells which of them is the credential's. */
function previousIsNamed({ vendor, operation, isToolCall }: Run, { previous }: SecretSource): boolean {
	return operation === 'update' && !isToolCall && previous?.byCredential?.of(vendor.name).hasNames === true;
}

function needsPrevious({ verify, onVerificationFailure }: EngineOptions): boolean {
	return verify && onVerificationFailure === 'restore';
}

function orNull<T>(read: () => T): T | null {
	try {
		return read();
	} catch {
		return null;
	}
}

function valuesFor({ values, byCredential }: StoredSecret, vendor: string, under: StoredUnder): SecretValues | null {
	return byCredential === undefined ? values : byCredential.of(vendor).find(under);
}

/**
 * What an agent may not do unless the owner of the node has said so, in a switch that is set by hand: an expression could
 * be filled in by the agent itself. Throws a `Failure` (`invalidInput`).
 */
function requireOwnersConsent(run: Run, { stored }: SecretSource, { secrets = [], notForAgents }: Target): void {
	if (!run.isToolCall) return;
	if (notForAgents !== undefined) throw invalidInput(notForAgents);
	const { context, operation, vendor } = run;
	const written = asObject(context.getNode().parameters.options);
	const { needsConsent } = OPERATIONS[operation];
	if (needsConsent === 'deletion' && written.allowDeleteFromAgent !== true) {
		throw invalidInput(say(MESSAGES.agent.noDelete));
	}
	const isClosed = needsConsent === 'change' || (vendor.isClosedToAgents === true && changes(operation) && needsConsent === undefined);
	if (isClosed && written.allowChangesFromAgent !== true) {
		throw invalidInput(say(MESSAGES.agent.noChange, { vendor: vendor.label }));
	}
	if (stored === null && secrets.length > 0 && written.allowSecretsFromAgent !== true) {
		throw invalidInput(say(MESSAGES.agent.noSecret));
	}
}

/** A dry run shows what is stored; putting back needs to know it. An option left over from another operation has no say. */
function looksFirst({ vendor, operation }: Run, { previous }: SecretSource, options: EngineOptions): boolean {
	if (options.dryRun) return changes(operation) && operation !== 'create' && !goesOn(operation);
	if (!needsPrevious(options) || operation !== 'update') return false;
	const { undoing } = vendor.operations.update;
	return undoing !== undefined && !(undoing.needsPrevious === true && previous === null);
}

/**
 * Items with the same order are worked off one after the other; `null`: one that waits for no other. Two credentials may
 * share one, such as the same number in two connections: that costs time and no more.
 */
export function orderOf({ work, subject }: Prepared): string | null {
	if (lists(subject.operation) || work === null) return null;
	const { id, duplicateKey } = work.target;
	// UUIDs may be written either way.
	return id === null ? (duplicateKey === undefined ? null : `new ${duplicateKey}`) : `id ${id.toLowerCase()}`;
}

/** Current agents run the node under a type with this ending, older ones say so through the context alone. */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool') || context.isToolExecution();
}
