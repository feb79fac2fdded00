import get from 'lodash/get';
import has from 'lodash/has';
import isEqual from 'lodash/isEqual';
import uniqBy from 'lodash/uniqBy';
import type { IDataObject } from 'n8n-workflow';

import type { RunResult } from '../harness/engine';
import { at, isNamed, isObject, saidOf, withoutMembers, type Said } from './answers';
import type { Exchange, Plan } from './front';
import type { Call, PublishedVendor } from './vendors';

/** One run of a node over one item. */
export interface Run {
	vendor: PublishedVendor;
	call: Call;
	plan: Plan;
	exchanges: Exchange[];
	complaints: string[];
	/** What the run has sent and been given as secrets. */
	secrets: string[];
	result: RunResult;
}

interface Failure {
	code: string;
	applied: string;
	stage: string;
	httpStatus: number | null;
}

/** What a run was answered with on the request that it is about. */
export function answersTo({ exchanges, plan }: Run): Exchange[] {
	return exchanges.filter(({ operation }) => operation === plan.operation);
}

/** Everything that is not as it should be. */
export function faultsIn(run: Run): string[] {
	const { result, complaints } = run;
	const text = JSON.stringify([result.output('Node', 0), result.output('Node', 1), result.error ?? null, result.logs]);
	const crash = /stopped at a place/.test(text) ? ['the node stopped at a place that it does not expect'] : [];
	const thrown = result.error === undefined ? [] : [`an error was thrown: ${result.error.message}`];
	const unsuited = complaints.map((complaint) => `a request is not as described: ${complaint}`);
	return [...crash, ...thrown, ...unsuited, ...leaksIn(run, text), ...misreadingsIn(run)];
}

/** Shorter ones are looked for as whole values: as a part of a text they prove nothing. */
const SHORTEST_PART = 6;

/** Words of which the mock server makes most texts. */
const WORDS = /^[A-Za-z]+( [A-Za-z]+)*$/;

function leaksIn({ vendor, exchanges, result, secrets }: Run, text: string): string[] {
	const values = new Set(leavesOf([result.output('Node', 0), result.output('Node', 1)]));
	// A secret of such words may stand elsewhere by chance, and be none there.
	const shown = JSON.stringify(exchanges.map(({ answered }) => withoutMembers(answered, vendor.secrets)));
	return secrets
		.filter((secret) => !(WORDS.test(secret) && shown.includes(secret)))
		.filter((secret) => (secret.length < SHORTEST_PART ? values.has(secret) : text.includes(JSON.stringify(secret).slice(1, -1))))
		.map((secret) => `a secret got out: ${secret}`);
}

function leavesOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value.flatMap(leavesOf);
	return isObject(value) ? Object.values(value).flatMap(leavesOf) : [value];
}

function misreadingsIn(run: Run): string[] {
	const { plan, call } = run;
	// What has to be looked at first may be no help; then nothing is changed.
	if (answersTo(run).length === 0) return mustFail(run, ['unexpectedResponse', 'invalidInput'], 'no');
	if (plan.status >= 400) return mustFail(run, REFUSALS[plan.status] ?? [], plan.status < 500 ? 'no' : undefined, plan.status);
	if (call.operation === 'getAll') return misreadList(run);
	return call.operation === 'delete' ? misreadDeletion(run) : misreadCredential(run);
}

/** What a result may call a status that a description lists. */
const REFUSALS: Record<number, string[]> = {
	400: ['invalidInput'],
	401: ['authentication'],
	403: ['permission'],
	404: ['notFound', 'parentNotFound'],
	409: ['conflict'],
	422: ['invalidInput'],
	423: ['locked'],
	429: ['rateLimited'],
	500: ['vendorUnavailable'],
};

function misreadDeletion(run: Run): string[] {
	return mustSucceed(run, ([only]) => (only?.deleted === true && only.id === run.plan.id ? [] : ['the result does not say that the credential is gone']));
}

function misreadCredential(run: Run): string[] {
	const { vendor, plan, call } = run;
	const { sent, answered } = answersTo(run).at(-1)!;
	const credentials = [at(answered, vendor.one)].flat().filter(isObject);
	const [only] = credentials;
	// A create may be answered with any number; with one of them, or with none.
	if (only === undefined || credentials.length > 1) {
		return failureOf(run) === undefined
			? mustSucceed(run, (found) => (credentials.some((each) => differences(run, found[0], saidOf(vendor, each)).length === 0) ? [] : ['the result is none of those answered']))
			: mustFail(run, ['unexpectedResponse', 'verificationFailed']);
	}
	const said = saidOf(vendor, only);
	if (call.operation !== 'create' && said.id !== null && said.id !== plan.id) return mustFail(run, ['unexpectedResponse']);
	if (contradicts(run, sent, only) && !isOlder(vendor, only)) return mustFail(run, isNamed(said) ? ['verificationFailed'] : ['verificationFailed', 'unexpectedResponse']);
	if (!isNamed(said) && failureOf(run) !== undefined) return mustFail(run, ['unexpectedResponse']);
	return mustSucceed(run, ([found]) => differences(run, found, said));
}

/** Whether an answer shows something otherwise than the parameters have it. What the node sends along by itself is not meant. */
function contradicts({ vendor, call }: Run, sent: unknown, credential: object): boolean {
	const given = new Set(leavesOf(call.parameters));
	return vendor.echoes.some(([from, to]) => given.has(get(sent, from)) && has(credential, to) && !isEqual(get(sent, from), get(credential, to)));
}

/** Whether a credential that answers a create says that it had been there before. */
function isOlder({ reuses, members }: PublishedVendor, credential: object): boolean {
	if (reuses === undefined) return false;
	const { createdAt } = saidOf({ members, times: [reuses.createdAt] } as PublishedVendor, credential);
	return createdAt != null && Date.parse(createdAt) < Date.now() - 60_000;
}

function misreadList(run: Run): string[] {
	const { vendor } = run;
	const pages = answersTo(run);
	const lists = pages.map(({ answered }) => at(answered, vendor.list));
	if (!lists.every(Array.isArray)) return mustFail(run, ['unexpectedResponse']);
	const { offset } = vendor;
	const isElsewhere = offset && pages.some(({ request, answered }) => has(answered, offset.answered) && get(answered, offset.answered) !== Number(request.query.get(offset.asked)));
	if (isElsewhere) return mustFail(run, ['unexpectedResponse']);

	const all = lists.map((list) => list.map((each) => saidOf(vendor, each)).filter(isNamed));
	const [last = []] = all.slice(-1);
	// A list of nothing that can be told, or a page of nothing new, may be refused.
	const saysNothing = last.length === 0 && lists.at(-1)!.length > 0;
	const saysNothingNew = told(all).length === told(all.slice(0, -1)).length;
	if (failureOf(run) !== undefined && (saysNothing || saysNothingNew)) return mustFail(run, ['unexpectedResponse']);

	// A list that changes while it is read may be read a second time: that one counts, and what only the first has shown may be added.
	const again = pages.findIndex(({ request }, index) => index > 0 && request.target === pages[0]!.request.target);
	const expected = again < 0 ? [told(all)] : [told(all.slice(again)), told([...all.slice(again), ...all.slice(0, again)])];
	return mustSucceed(run, (results) => {
		const faults = expected.map((named) => misreadEntries(run, results, named));
		return faults.find(({ length }) => length === 0) ?? faults[0]!;
	});
}

/** What pages say of credentials, each once. */
function told(pages: Said[][]): Said[] {
	return uniqBy(pages.flat(), ({ id }) => id ?? Symbol('without an ID'));
}

function misreadEntries(run: Run, results: IDataObject[], named: Said[]): string[] {
	const limit = run.call.parameters.limit as number;
	const found = results.filter(({ id, name }) => id !== null || name !== null);
	const wanted = named.slice(0, limit);
	if (found.length !== wanted.length && results.length < limit) return [`${found.length} of ${wanted.length} credentials came out`];
	return found.flatMap((each, index) => (wanted[index] === undefined ? ['a credential came out that was not answered'] : differences(run, each, wanted[index])));
}

/** The members of a result that are not what the answer says. */
function differences({ plan, call, secrets }: Run, found: IDataObject | undefined, said: Said): string[] {
	if (found === undefined) return ['there is no result'];
	const isOfOne = call.operation !== 'create' && call.operation !== 'getAll';
	const wanted: Said = { ...said, id: said.id ?? (isOfOne ? plan.id : null) };
	return Object.entries(wanted)
		.filter(([, value]) => value === null || !overlaps(value, secrets))
		.filter(([name, value]) => found[name] !== value)
		.map(([name, value]) => `${name} is ${JSON.stringify(found[name])}, answered was ${JSON.stringify(value)}`);
}

/** Words that a secret shares with what is shown are taken out of it; how, is for other tests to say. */
function overlaps(value: string, secrets: string[]): boolean {
	const words = value.toLowerCase();
	return secrets.some((secret) => words.includes(secret.toLowerCase()));
}

function failureOf({ result }: Run): Failure | undefined {
	return result.output('Node', 1)[0]?.json.error as Failure | undefined;
}

function mustSucceed(run: Run, check: (results: IDataObject[]) => string[]): string[] {
	const failure = failureOf(run);
	if (failure !== undefined) return [`it failed: ${JSON.stringify(failure)}`];
	return check(run.result.output('Node', 0).map(({ json }) => json));
}

function mustFail(run: Run, codes: string[], applied?: string, status?: number): string[] {
	const failure = failureOf(run);
	if (failure === undefined) return [`it passed, and had to fail with ${codes.join(' or ')}`];
	return [
		...(codes.includes(failure.code) ? [] : [`it failed with ${failure.code} in place of ${codes.join(' or ')}`]),
		...(applied === undefined || failure.applied === applied ? [] : [`it says that applied is ${failure.applied}`]),
		...(status === undefined || failure.httpStatus === status ? [] : [`it tells status ${failure.httpStatus} in place of ${status}`]),
		...(run.result.output('Node', 0).length === 0 ? [] : ['a failed item came out on both branches']),
	];
}
