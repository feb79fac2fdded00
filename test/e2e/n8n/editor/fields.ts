import type { IDisplayOptions, INodeCredentialDescription, INodeParameters, INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

/** Parameters whose choice decides which others there are: the ones that take no expression. */
export function modeSwitches({ properties }: INodeTypeDescription): INodeProperties[] {
	return properties.filter(isSwitch);
}

function isSwitch({ noDataExpression, options = [] }: INodeProperties): boolean {
	return noDataExpression === true && options.length > 1;
}

/** The choices of an `options` parameter: what each is called, and what is stored of it. */
export function choicesOf({ options = [] }: INodeProperties): INodePropertyOptions[] {
	return options as INodePropertyOptions[];
}

/** What the node creator calls an operation. */
export function actionOf({ properties }: INodeTypeDescription, operation: string): string {
	return choicesOf(properties.find(({ name }) => name === 'operation')!).find(({ value }) => value === operation)!.action!;
}

/** What stands among the parameters without being one. */
const VALUELESS: ReadonlySet<string> = new Set(['credentials', 'notice']);

/** Every way of setting a node's mode switches, each where it is shown, with the other parameters as they are at first. */
export function everyMode({ properties }: INodeTypeDescription): INodeParameters[] {
	let modes: INodeParameters[] = [{}];
	for (const property of properties.filter(({ type, default: initial }) => typeof initial !== 'object' && !VALUELESS.has(type))) {
		const values = isSwitch(property) ? choicesOf(property).map(({ value }) => value) : [property.default as string | number | boolean];
		modes = modes.flatMap((mode) => (isShown(property, mode) ? values.map((value) => ({ ...mode, [property.name]: value })) : [mode]));
	}
	return modes;
}

/**
 * What a person sees of a node with these values, in order: the names of its parameters, and the words of its notices. Worked
 * out here, not by n8n's own helper, which is what the editor goes by.
 */
export function shownFields({ properties }: INodeTypeDescription, values: INodeParameters): string[] {
	return properties
		.filter(({ type }) => type !== 'hidden' && type !== 'credentials')
		.filter((property) => isShown(property, values))
		.map(({ displayName }) => displayName);
}

/** The names of n8n credentials that such a node asks for. */
export function shownCredentials({ credentials = [] }: INodeTypeDescription, values: INodeParameters): INodeCredentialDescription[] {
	return credentials.filter((credential) => isShown(credential, values));
}

/** What a collection offers to add. */
export function offeredFields(collection: INodeProperties, values: INodeParameters): INodeProperties[] {
	return ((collection.options ?? []) as INodeProperties[]).filter((field) => isShown(field, values));
}

/** Throws for conditions of a kind that is not known here, rather than to guess what the editor makes of them. */
export function isShown({ displayOptions: { show = {}, hide = {}, ...others } = {} }: { displayOptions?: IDisplayOptions }, values: INodeParameters): boolean {
	if (Object.keys(others).length > 0) throw new Error(`Not known here: ${Object.keys(others).join(', ')}`);
	const holds = ([path, wanted = []]: [string, unknown[]?]) => wanted.some((each) => meets(valueAt(path, values), each));
	for (const condition of Object.entries(show)) {
		// What an expression yields is not known yet, so n8n looks at no condition after it.
		if (String(valueAt(condition[0], values)).startsWith('=')) return true;
		if (!holds(condition)) return false;
	}
	return !Object.entries(hide).some(holds);
}

/** The value that a condition is about. A node in a workflow is no tool of an agent. */
function valueAt(path: string, values: INodeParameters): unknown {
	if (path === '@tool') return false;
	return path
		.replace(/^\//, '')
		.split('.')
		.reduce<unknown>((holder, key) => (holder as INodeParameters | undefined)?.[key], values);
}

function meets(value: unknown, wanted: unknown): boolean {
	if (typeof wanted !== 'object' || wanted === null) return value === wanted;
	const { _cnd: { ...condition } = {} } = wanted as { _cnd?: { not?: unknown; eq?: unknown } };
	switch (Object.keys(condition).join()) {
		case 'not':
			return value !== condition.not;
		case 'eq':
			return value === condition.eq;
		default:
			throw new Error(`Not known here: ${JSON.stringify(wanted)}`);
	}
}
