import { packed, type PollState, unpacked } from '../../nodes/engine/poll/state';

const stateOf = (id: string, name: string | null): PollState => ({ scope: 's', newest: null, credentials: new Map([[id, { name, print: 'p'.repeat(11), dueAt: 1_900_000_000, level: 30 }]]) });

test.each([
	['of thousands of letters', 'n'.repeat(2_000)],
	['of as many that take several bytes', '“ü”😀'.repeat(500)],
	['of as many that JSON writes longer', '\u0000\n"'.repeat(700)],
])('a name %s is cut in few steps, however long it is: n8n does nothing else meanwhile', (_what, name) => {
	const measure = jest.spyOn(Buffer, 'byteLength');
	const state = packed(stateOf('id', name)) as { credentials: unknown[] };
	const steps = measure.mock.calls.length;
	measure.mockRestore();

	expect(Buffer.byteLength(JSON.stringify(state.credentials[0]))).toBeLessThanOrEqual(160);
	expect(steps).toBeLessThan(200);
});

test('keys that every object has are IDs like any other', () => {
	for (const id of ['__proto__', 'constructor', 'toString']) expect([...unpacked(JSON.parse(JSON.stringify(packed(stateOf(id, 'x')))))!.credentials.keys()]).toEqual([id]);
});
