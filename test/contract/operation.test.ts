import { describeEveryUpdate, ERROR_OUTPUT, itemsFor, onlyError } from '../harness/subject';

describeEveryUpdate((subject) => {
	test('an operation that the node does not have is refused in a sentence, with nothing sent', async () => {
		const { run, simulator, update } = subject();
		const parameters = { ...update.parameters(update.ids[0], 'a-secret-value'), operation: 'rotateAll' };

		const error = onlyError(await run(itemsFor([update.ids[0]]), { parameters, settings: ERROR_OUTPUT }));

		expect(error).toMatchObject({ code: 'invalidInput', applied: 'no', stage: 'input', message: expect.stringContaining('“Operation” has a value that this node does not know') as string });
		expect(simulator.server.requests).toEqual([]);
	});
});
