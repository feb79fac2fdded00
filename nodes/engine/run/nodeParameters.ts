import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../kit/failure';
import { asText } from '../../kit/json';
import type { Parameters } from '../../kit/parameters';

/** The parameters of one item, read through n8n. */
export function parametersOf(context: IExecuteFunctions, itemIndex: number): Parameters {
	// n8n evaluates every expression of a collection each time that it is read, and that is most of what an item costs.
	const known = new Map<string, unknown>();
	return {
		timezone: context.getTimezone(),
		get: (name) => {
			if (!known.has(name)) known.set(name, evaluated(context, itemIndex, name));
			return known.get(name);
		},
	};
}

function evaluated(context: IExecuteFunctions, itemIndex: number, name: string): unknown {
	try {
		const value = context.getNodeParameter(name, itemIndex, null, { extractValue: true }) ?? undefined;
		return value === '' && isExpression(context.getNode().parameters[name]) ? undefined : value;
	} catch {
		// n8n's message may quote what the expression read, and so a secret.
		throw invalidInput(
			`The expression in the parameter “${name}” could not be evaluated. Open the node and check it.`,
		);
	}
}

/** n8n marks an expression by a leading “=”. */
function isExpression(written: unknown): boolean {
	return typeof written === 'string' && written.startsWith('=');
}

/** The id that an item asks for, or `null` when it cannot be told. */
export function requestedId(parameters: Parameters): string | null {
	try {
		return asText(parameters.get('credentialId'));
	} catch {
		return null;
	}
}
