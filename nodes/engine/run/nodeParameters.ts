import mapValues from 'lodash/mapValues';
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { invalidInput } from '../../kit/failure';
import { asText, isObject, leaves } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { chosenValue, isLocator, type Parameters } from '../../kit/parameters';
import { say } from '../../kit/sentences';

/** The parameters of one item, read through n8n. */
export function parametersOf(context: IExecuteFunctions, itemIndex: number): Parameters {
	const node = nodeOf(context);
	// n8n evaluates every expression of a collection each time that it is read, and that is most of what an item costs.
	const known = new Map<string, unknown>();
	return {
		timezone: context.getTimezone(),
		credentialIds: node.credentialIds,
		get: (name) => {
			const values = node.isFixed(name) ? node.fixed : known;
			if (!values.has(name)) values.set(name, evaluated(context, itemIndex, name, node.parameters[name]));
			return values.get(name);
		},
	};
}

function evaluated(context: IExecuteFunctions, itemIndex: number, name: string, written: unknown): unknown {
	let value: unknown;
	try {
		value = context.getNodeParameter(name, itemIndex, null, { extractValue: true }) ?? undefined;
	} catch {
		// n8n's message may quote what the expression read, and so a secret.
		throw invalidInput(say(MESSAGES.input.brokenExpression, { name }));
	}
	return isNothing(value) || isObject(value) ? withNothingMarked(written, value) : value;
}

/** What is the same for all items of a run. */
class WrittenNode {
	/** Values of parameters without an expression: n8n walks through a collection each time that it is asked. */
	readonly fixed = new Map<string, unknown>();
	private readonly isFixedBy = new Map<string, boolean>();

	/** As they stand in the node. */
	readonly parameters: INode['parameters'];
	readonly credentialIds: Parameters['credentialIds'];

	constructor({ parameters, credentials = {} }: INode) {
		this.parameters = parameters;
		this.credentialIds = mapValues(credentials, ({ id }) => id ?? '');
	}

	/** Whether a parameter holds no expression, so that it has the same value for every item. */
	isFixed(name: string): boolean {
		const isFixed = this.isFixedBy.get(name) ?? !leaves(this.parameters[name]).some(isExpression);
		this.isFixedBy.set(name, isFixed);
		return isFixed;
	}
}

/** Kept, because n8n copies the whole node each time that it is asked. */
function nodeOf(context: IExecuteFunctions): WrittenNode {
	const known = WRITTEN.get(context) ?? new WrittenNode(context.getNode());
	WRITTEN.set(context, known);
	return known;
}

const WRITTEN = new WeakMap<IExecuteFunctions, WrittenNode>();

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
