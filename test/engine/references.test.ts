import { References } from '../../nodes/engine/operation/references';
import { performSingle } from '../../nodes/engine/operation/perform';
import type { Exchange } from '../../nodes/engine/request/exchange';
import { ItemSecrets } from '../../nodes/engine/secrets/itemSecrets';
import { Failure, type FailureCode, invalidInput } from '../../nodes/kit/failure';
import type { VendorAnswer, VendorRequest } from '../../nodes/kit/http';
import type { Operation, Target } from '../../nodes/kit/operation';
import { nothingKnown } from '../../nodes/kit/reading';
import type { VendorRecord } from '../../nodes/kit/record';

const answer: VendorAnswer = { status: 200, headers: {}, body: {} };
const rules: VendorRequest = { method: 'GET', path: '/rules', body: null };
const change: VendorRequest = { method: 'PUT', path: '/', body: null };
const target: Target = { id: 'a' };
const refusedWith = (code: FailureCode) => new Failure({ code, stage: 'read', message: 'No.' });

describe('what holds for all credentials', () => {
	test('is asked for once for each account and path, also by items side by side', async () => {
		const exchange = jest.fn<Promise<VendorAnswer>, Parameters<Exchange>>(async () => answer);
		const references = new References();
		const [one, other] = ['one', 'other'].map((account) => references.forAccount(account, exchange)) as [ReturnType<References['forAccount']>, ReturnType<References['forAccount']>];

		await Promise.all([one(rules), one(rules), references.forAccount('one', exchange)(rules), other(rules), one({ ...rules, path: '/others' })]);

		expect(exchange.mock.calls.map(([{ path }, stage]) => [path, stage])).toEqual([['/rules', 'read'], ['/rules', 'read'], ['/others', 'read']]);
	});

	test('is asked for again by the next item where there was no answer', async () => {
		const exchange = jest.fn<Promise<VendorAnswer>, Parameters<Exchange>>(async () => answer);
		exchange.mockRejectedValueOnce(refusedWith('network'));
		const ask = new References().forAccount('one', exchange);

		await expect(ask(rules)).rejects.toThrow('No.');
		expect(await ask(rules)).toBe(answer);
		expect(exchange).toHaveBeenCalledTimes(2);
	});
});

describe('an operation that needs it', () => {
	async function update(reference: Partial<NonNullable<ReturnType<NonNullable<Operation['reference']>>>>, refusal?: FailureCode) {
		const wanted = { request: rules, dispensableOn: [], refused: (failure: Failure) => failure, complete: (input: Target) => input, ...reference };
		const operation = { before: () => null, reference: () => wanted, request: () => change, result: () => nothingKnown('a') };
		const vendor = { name: 'example', label: 'Example', requestIdHeaders: [], hints: {}, isSecret: () => false, operations: { update: operation } } as unknown as VendorRecord;
		const sent: string[] = [];
		const exchange: Exchange = async (request) => {
			sent.push(request.method);
			if (request === rules && refusal !== undefined) throw refusedWith(refusal);
			return answer;
		};
		const asked = { input: target, look: async () => await Promise.reject(new Error('not looked at')), seen: null };
		const outcome: unknown = await performSingle({ vendor, exchange, secrets: new ItemSecrets() }, 'update', asked, { verify: true, onVerificationFailure: 'fail' }).catch((error: unknown) => error);
		return { outcome, sent };
	}

	test('gets the answer before its request is built', async () => {
		const complete = jest.fn((input: Target) => input);

		expect((await update({ complete })).sent).toEqual(['GET', 'PUT']);
		expect(complete).toHaveBeenCalledWith(target, answer);
	});

	test.each<[FailureCode, FailureCode[], string[]]>([
		['permission', ['permission'], ['GET', 'PUT']],
		['permission', [], ['GET']],
		['network', ['permission'], ['GET']],
	])('that is refused as %s, with %j to do without: %j is sent', async (code, dispensableOn, methods) => {
		const complete = jest.fn((input: Target) => input);

		expect((await update({ dispensableOn, complete }, code)).sent).toEqual(methods);
		expect(complete.mock.calls).toEqual(methods.slice(1).map(() => [target, null]));
	});

	test('says what a refusal means here, and has changed nothing', async () => {
		const { outcome, sent } = await update({ refused: () => invalidInput('There is no such kind.') }, 'notFound');

		expect(sent).toEqual(['GET']);
		expect(outcome).toMatchObject({ kind: 'invalidInput', message: 'There is no such kind.', applied: 'no' });
	});

	test('may end in a refusal of its own, which has changed nothing', async () => {
		const complete = () => {
			throw invalidInput('Not of that kind.');
		};

		const { outcome, sent } = await update({ complete });

		expect(sent).toEqual(['GET']);
		expect(outcome).toMatchObject({ kind: 'invalidInput', details: { stage: 'read', applied: 'no' } });
	});
});
