import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { describeEveryUpdate, ERROR_OUTPUT, failed, newSecret, onlyError, type Subject, succeeded, types } from '../harness/subject';

/** Numbers and texts of which a date can be made that nobody meant. */
const NO_DATES = ['46387', '20261231', '90', '-1', '0', '"12"', '"1030"', '"10:30"', '"2026"', '"2026-11"', '"2026-W48-5"', '"46387"'];

interface DateParameter {
	operation: string;
	/** The collection that it stands in. */
	collection: string;
	name: string;
	label: string;
}

/** Every parameter of a node that takes a date, once for each operation that shows it. */
function dateParametersOf(nodeName: string): DateParameter[] {
	const { properties } = types.nodes.get(nodeName)!.description;
	expect(properties.filter(({ type }) => type === 'dateTime')).toEqual([]);
	return properties.flatMap(({ name: collection, options = [], displayOptions }) =>
		(options as INodeProperties[])
			.filter(({ type }) => type === 'dateTime')
			.flatMap(({ name, displayName: label }) =>
				(displayOptions?.show?.operation ?? []).map((operation) => ({ operation: String(operation), collection, name, label })),
			),
	);
}

function parametersOf({ update, resource }: Subject, operation: string): INodeParameters {
	if (operation === 'update') return update.parameters(update.ids[0], newSecret(0));
	if (operation === 'create') return resource.create('a-new-one', newSecret(0));
	return { ...resource.getAll(), returnAll: true };
}

function withDate(subject: Subject, { operation, collection, name }: DateParameter, value: string): INodeParameters {
	const parameters = parametersOf(subject, operation);
	return { ...parameters, [collection]: { ...(parameters[collection] as INodeParameters), [name]: value } };
}

describeEveryUpdate((subject, _traits, nodeName) => {
	const given = dateParametersOf(nodeName);
	if (given.length === 0) {
		test('takes no dates', () => expect(given).toEqual([]));
		return;
	}

	describe.each(given)('$label of $operation', (parameter) => {
		test.each(NO_DATES)('refuses %s in one sentence, with nothing sent', async (value) => {
			const error = onlyError(await subject().run([{ json: {} }], { parameters: withDate(subject(), parameter, `={{ ${value} }}`), settings: ERROR_OUTPUT }));

			expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no', attempts: 0 });
			expect(error.message).toContain(`“${parameter.label}” is not a date`);
			expect(subject().simulator.server.requests).toHaveLength(0);
		});
	});

	const [age] = given.filter(({ operation, name }) => operation === 'getAll' && name !== 'expirationDate');
	if (age !== undefined) {
		const listBy = async (filters: INodeParameters) =>
			await subject().run([{ json: {} }], { parameters: { ...parametersOf(subject(), 'getAll'), filters }, settings: ERROR_OUTPUT });
		const DAY_MS = 24 * 60 * 60 * 1000;

		test('Not Changed For (Days) counts back from the run, whenever that is', async () => {
			subject().resource.seed(12);
			const all = succeeded(await listBy({})).map(({ json }) => json);
			const days = all.map(({ updatedAt }) => Math.floor((Date.now() - Date.parse(String(updatedAt))) / DAY_MS));
			expect(Math.min(...days)).toBeGreaterThan(0);

			for (const wanted of [0, Math.min(...days), Math.max(...days), '={{ 36500 }}']) {
				const result = await listBy({ notChangedForDays: wanted });

				const oldest = Date.now() - (typeof wanted === 'number' ? wanted : 36_500) * DAY_MS;
				const expected = all.filter(({ updatedAt }) => Date.parse(String(updatedAt)) < oldest);
				expect(failed(result)).toEqual([]);
				expect(succeeded(result).map(({ json }) => json.id).sort()).toEqual(expected.map(({ id }) => id).sort());
			}
		});

		test.each(['={{ -1 }}', '={{ 36501 }}', '={{ 1.5 }}', '={{ "soon" }}', '={{ $json.missing }}'])('Not Changed For (Days) refuses %s, with nothing sent', async (notChangedForDays) => {
			const error = onlyError(await listBy({ notChangedForDays }));

			expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no' });
			expect(error.message).toContain('“Not Changed For (Days)”');
			expect(subject().simulator.server.requests).toHaveLength(0);
		});

		test(`${age.label} and Not Changed For (Days) together are refused: which of them was meant, nobody can tell`, async () => {
			const error = onlyError(await listBy({ notChangedForDays: 90, [age.name]: '2026-01-01' }));

			expect(error).toMatchObject({ code: 'invalidInput', stage: 'input', applied: 'no' });
			expect(error.message).toContain(`“${age.label}” and “Not Changed For (Days)”`);
			expect(subject().simulator.server.requests).toHaveLength(0);
		});

		test(`${age.label}, given the date of a change as a result has it, keeps what was changed before that`, async () => {
			subject().resource.seed(12);
			const list = async (parameters: INodeParameters) => succeeded(await subject().run([{ json: {} }], { parameters })).map(({ json }) => json);
			const all = await list(parametersOf(subject(), 'getAll'));

			for (const { updatedAt } of all.slice(0, 3)) {
				const older = await list(withDate(subject(), age, `={{ ${JSON.stringify(updatedAt)} }}`));

				expect(older.map(({ id }) => id).sort()).toEqual(
					all.filter((each) => String(each.updatedAt) < String(updatedAt)).map(({ id }) => id).sort(),
				);
			}
		});
	}
});
