import mapValues from 'lodash/mapValues';
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { invalidInput } from '../../kit/failure';
import { asText, isObject } from '../../kit/json';
import { chosenValue, isLocator, type Parameters } from '../../kit/parameters';

/** The parameters of one item, read through n8n. */
export function parametersOf(context: IExecuteFunctions, itemIndex: number): Parameters {
	// n8n evaluates every expression of a collection each time that it is read, and that is most of what an item costs.
	const known = new Map<string, unknown>();
	return {
		timezone: context.getTimezone(),
		credentialIds: mapValues(writtenIn(context).credentials ?? {}, ({ id }) => id ?? ''),
		get: (name) => {
			if (!known.has(name)) known.set(name, evaluated(context, itemIndex, name));
			return known.get(name);
		},
	};
}

function evaluated(context: IExecuteFunctions, itemIndex: number, name: string): unknown {
	let value: unknown;
	try {
		value = context.getNodeParameter(name, itemIndex, null, { extractValue: true }) ?? undefined;
	} catch {
		// n8n's message may quote what the expression read, and so a secret.
		throw invalidInput(
			`The expression in the parameter “${name}” could not be evaluated. Open the node and check it.`,
		);
	}
	return isNothing(value) || isObject(value) ? withNothingMarked(writtenIn(context).parameters[name], value) : value;
}

/** The node as it stands in the workflow. Kept, because n8n copies the whole node each time that it is asked. */
function writtenIn(context: IExecuteFunctions): INode {
	const known = WRITTEN.get(context) ?? context.getNode();
	WRITTEN.set(context, known);
	return known;
}

const WRITTEN = new WeakMap<IExecuteFunctions, INode>();

/** A value with `null` wherever an expression has yielded nothing, in a collection and its resource locators as well. */
function withNothingMarked(written: unknown, value: unknown): unknown {
	const decisive = isLocator(written) ? written.value : written;
	if (isExpression(decisive)) return isNothing(chosenValue(value)) ? null : value;
	if (!isObject(written) || isLocator(written) || !isObject(value)) return value;
	return mapValues(value, (field, name) => withNothingMarked(written[name], field));
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

/** n8n marks an expression by a leading “=”. */
function isExpression(written: unknown): boolean {
	return typeof written === 'string' && written.startsWith('=');
}

/** The id that an item asks for, without the blanks around it, which are never sent; `null` when it cannot be told. */
export function requestedId(parameters: Parameters): string | null {
	try {
		return asText(parameters.get('credentialId'))?.trim() ?? null;
	} catch {
		return null;
	}
}
