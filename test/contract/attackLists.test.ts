import { listIn } from '../harness/hostile';
import { describeEveryUpdate, ERROR_OUTPUT, failed, onlyError, succeeded, type Subject } from '../harness/subject';
import type { Answer, Fault, ReceivedRequest } from '../simulator/server';

const NO_INPUT = [{ json: {} }];
const NAME = 'Shop Login';
const SECRET = 'a-new-secret-value';

/** What no credential is, as JSON. */
const JUNK = ['null', '0', '"x"', 'true', '[]', '{}', '[{}]', '{"name":{}}', '{"name":[]}', '{"id":{}}', '{"__proto__":{"name":"Shop Login"}}', '{"constructor":1}', '{"attributes":null}'];

/** The same name, as people and vendors write it in other ways. */
const SPELLINGS = ['shop login', 'SHOP LOGIN', ' Shop Login', 'Shop Login ', 'Shop Login\n', 'Shop\u00a0Login', '\uff33hop Login'];

describeEveryUpdate((subject) => {
	const isRead = (request: ReceivedRequest) => request.method === 'GET' && !subject().update.isReference?.(request);
	const creating = async (name: string, more: object = {}, { run, resource }: Subject = subject()) =>
		await run([{ json: { name } }], { parameters: resource.create('={{ $json.name }}', SECRET), settings: ERROR_OUTPUT, ...more });
	const creates = ({ simulator, resource }: Subject = subject()) => simulator.server.requests.filter((request) => resource.isCreate(request));
	/** Whether the vendor’s list is looked at before a create. */
	const looksFirst = async () => {
		const { simulator, resource } = subject();
		resource.seed(1);
		await creating('somebody-else', {});
		const looks = simulator.server.requests.some(isRead);
		simulator.reset();
		resource.seed(1);
		return looks;
	};
	/** A list with these entries before its own. */
	const holding = (entries: string): Fault => ({
		when: isRead,
		times: 99,
		afterHandling: true,
		answer: (_request, handled) => ({ ...handled!, body: withEntries(handled!.body, entries) }),
	});

	test('junk in the list keeps nobody from creating, and is not listed', async () => {
		const { run, simulator, resource } = subject();
		resource.seed(1);
		simulator.server.plan(holding(JUNK.join()));

		const listed = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });
		const created = await creating(NAME);

		expect(failed(listed)).toEqual([]);
		expect(succeeded(listed).filter(({ json }) => json.id !== null).map(({ json }) => json.id)).toEqual(resource.storedIds().slice(0, 1));
		expect(succeeded(listed).map(({ json }) => json.name)).not.toContain(NAME);
		expect(failed(created)).toEqual([]);
		expect(creates()).toHaveLength(1);
	});

	test.each([
		['null', null],
		['an object', {}],
		['something else', { id: '1', hello: NAME }],
		['a page', '<html>'],
		['half of a list', '{"data":[{"id":"1"},'],
		['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' } }],
		['a refusal', { status: 400, body: {} }],
	])('where the list is %s, nothing is created, and that is certain', async (_what, body) => {
		if (!(await looksFirst())) return;
		const { simulator } = subject();
		const answer = typeof body === 'object' && body !== null && 'status' in body ? (body as Answer) : { status: 200, body };
		simulator.server.plan({ when: isRead, times: 99, answer });

		const result = await creating(NAME, { settings: { ...ERROR_OUTPUT, retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } });

		expect(onlyError(result)).toMatchObject({ applied: 'no', attempts: 0, stage: 'read' });
		expect(onlyError(result).hint).not.toContain('before you run this again');
		expect(creates()).toEqual([]);
		// Nothing was done, so Retry On Fail may try again.
		expect(simulator.server.requests.filter(isRead)).toHaveLength(2);
	});

	test.each(SPELLINGS)('the name %j in the list is the same name, so that nothing is created twice', async (spelling) => {
		if (!(await looksFirst())) return;
		const { simulator, resource } = subject();
		await creating(NAME);
		expect(creates()).toHaveLength(1);
		simulator.server.clear();
		simulator.server.plan({
			when: isRead,
			afterHandling: true,
			answer: (_request, handled) => ({ ...handled!, body: JSON.stringify(handled!.body).replaceAll(NAME, JSON.stringify(spelling).slice(1, -1)) }),
		});

		const result = await creating(NAME);

		expect(onlyError(result)).toMatchObject({ code: 'conflict', applied: 'no', id: resource.storedIds().at(-1) });
		expect(creates()).toEqual([]);
	});

	test('of items that differ in the spelling of a name alone, one is created', async () => {
		if (!(await looksFirst())) return;
		const { run, resource } = subject();
		const names = [NAME, ...SPELLINGS];

		await run(
			names.map((name, index) => ({ json: { name, secret: `${SECRET}-${index}` } })),
			{ parameters: resource.create('={{ $json.name }}', '={{ $json.secret }}'), options: { maxConcurrency: 20 }, settings: ERROR_OUTPUT },
		);

		expect(creates()).toHaveLength(1);
	});

	test.each<[string, (place: number) => string]>([
		['nothing', () => 'null'],
		['empty objects', () => '{}'],
		['other IDs', (place) => `{"id":"${place}"}`],
	])('a million entries of %s hold up neither a create nor a list', async (_what, entry) => {
		const { run, simulator, resource } = subject();
		resource.seed(1);
		const entries: string[] = [];
		for (let length = 0, place = 0; length < 4_800_000 && place < 1_000_000; place += 1) {
			entries.push(entry(place));
			length += entries.at(-1)!.length + 1;
		}
		simulator.server.plan(holding(entries.join()));

		const created = await creating(NAME);
		const listed = await run(NO_INPUT, { parameters: { ...resource.getAll(), returnAll: true }, settings: ERROR_OUTPUT });

		expect(failed(created)).toEqual([]);
		expect(creates()).toHaveLength(1);
		expect(listed.run.status).toBe('success');
		expect(succeeded(listed).length).toBeLessThan(150_000);
	});
});

/** The list with these entries before its own, as text. */
function withEntries(body: unknown, entries: string): string {
	const list = listIn(body);
	if (list === undefined) return JSON.stringify(body);
	list.unshift('HERE');
	return JSON.stringify(body).replace('"HERE"', entries);
}
