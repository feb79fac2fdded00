import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { jobOf } from '../harness/jobs';
import { describeEveryUpdate, ERROR_OUTPUT, failed, operationsOf, succeeded, types } from '../harness/subject';

/** How an expression yields nothing. */
const NOTHING = ['={{ undefined }}', '={{ null }}', "={{ '' }}", '={{ $json.absent }}'];

interface Place {
	name: string;
	displayName: string;
	/** The same parameters with an expression in this one. */
	filledBy(parameters: INodeParameters, expression: string): INodeParameters;
}

/** The ways in which an expression can stand in a parameter. */
function expressionsIn({ type }: INodeProperties, expression: string): Array<INodeParameters[string]> {
	return type === 'resourceLocator' ? [{ __rl: true, mode: 'id', value: expression }, expression] : [expression];
}

/**
 * All that says where an operation of a node goes, at the top level and in its collections.
 * @param named parameters that do, beside resource locators
 */
function placesOf(nodeName: string, operation: string, named: readonly string[]): Place[] {
	const isPlace = ({ type, name }: INodeProperties) => type === 'resourceLocator' || named.includes(name);
	const shown = types.nodes.get(nodeName)!.description.properties.filter(({ displayOptions }) => displayOptions?.show?.operation?.includes(operation) ?? true);
	return shown.flatMap((property) => {
		// Of a resource locator at the top level, n8n hands over no more than what it has chosen.
		if (isPlace(property)) return [placeOf(property, (expression) => expressionsIn(property, expression)[0]!)];
		if (property.type !== 'collection') return [];
		const inside = (property.options as INodeProperties[]).filter(isPlace);
		return inside.flatMap((field) => expressionsIn(field, '').map((_, way) => placeOf(field, (expression) => expressionsIn(field, expression)[way]!, property.name)));
	});
}

function placeOf({ displayName, name }: INodeProperties, valueOf: (expression: string) => INodeParameters[string], collection?: string): Place {
	const filled = (parameters: INodeParameters, expression: string) => ({ ...parameters, [name]: valueOf(expression) });
	return {
		name,
		displayName,
		filledBy: (parameters, expression) =>
			collection === undefined
				? filled(parameters, expression)
				: { ...parameters, [collection]: filled(parameters[collection] as INodeParameters, expression) },
	};
}

describeEveryUpdate((subject, traits, nodeName) => {
	test.each(operationsOf(nodeName))('%s goes nowhere when an expression that says where yields nothing', async (operation) => {
		const { run, simulator } = subject();
		const { parameters } = jobOf(operation, subject(), traits, 1).options;
		const places = placesOf(nodeName, operation, simulator.places);
		expect(placesOf(nodeName, 'update', simulator.places).length).toBeGreaterThan(0);

		for (const { displayName, filledBy } of places) {
			for (const expression of NOTHING) {
				const result = await run([{ json: { id: subject().update.ids[0], secret: 'a-secret-value' } }], {
					parameters: filledBy(parameters!, expression),
					settings: ERROR_OUTPUT,
				});

				const told = [displayName, expression, succeeded(result).length, (failed(result)[0]?.json.error as { code?: string } | undefined)?.code];
				expect(told).toEqual([displayName, expression, 0, 'invalidInput']);
				expect((failed(result)[0]!.json.error as { message: string }).message).toContain(`“${displayName}”`);
				expect(simulator.server.requests).toHaveLength(0);
			}
		}
	});

	test('what the simulator calls a place is a parameter of the node', () => {
		const all = operationsOf(nodeName).flatMap((operation) => placesOf(nodeName, operation, subject().simulator.places)).map(({ name }) => name);

		expect(all).toEqual(expect.arrayContaining([...subject().simulator.places]));
	});
});
