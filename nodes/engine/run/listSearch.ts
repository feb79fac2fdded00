import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	type INodeProperties,
} from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from './options';
import { Failure } from '../../kit/failure';
import { chosenValue } from '../../kit/parameters';
import { failureIn } from '../request/refusal';
import { send, type SendOptions } from '../request/transport';
import { toIsoUtc } from '../../kit/dates';
import type { ListOperation, Picker, PickerContext, PickerPage, Reading, Target, VendorRecord } from '../../kit/record';

/** A `listSearch` method for one of the vendor's pickers. */
export function searchMethod(vendor: VendorRecord, pickerName: string) {
	return async function search(
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		try {
			return await loadPage(this, vendor, pickerName, {
				parameter: (name) => editorValue(this, name),
				search: filter || undefined,
				cursor: paginationToken || undefined,
			});
		} catch (error) {
			throw pickerError(this, error);
		}
	};
}

async function loadPage(
	context: ILoadOptionsFunctions,
	vendor: VendorRecord,
	pickerName: string,
	pickerContext: PickerContext,
): Promise<INodeListSearchResult> {
	const picker = vendor.pickers[pickerName];
	if (picker === undefined) throw new Error(`No picker ${pickerName}`);
	const { parameter } = pickerContext;
	const credentialType = vendor.credentialType(parameter);
	const credentials = await context.getCredentials(credentialType);
	const options: SendOptions = {
		credentialType,
		baseUrl: vendor.baseUrl(credentials, parameter),
		timeoutMs: DEFAULT_TIMEOUT_MS,
		stage: 'read',
		refusedTokens: new Set(),
		onSent: () => {},
		onSigned: () => {},
	};
	const wanted = picker.searchesItself ? '' : (pickerContext.search ?? '').toLowerCase();
	let cursor = pickerContext.cursor;
	for (let pages = 1; ; pages += 1) {
		const here = { ...pickerContext, cursor };
		const answer = await send(context, picker.request(here), options);
		const failure = failureIn(vendor, answer, 'read', picker);
		if (failure !== null) throw failure;
		const page = picker.read(answer, here);
		const results = page.entries.filter(({ id }) => !isExpression(id)).map(listEntry).filter(({ name, value }) => matches(`${name}\n${value}`, wanted));
		// An empty page would end the list in the editor although a later page has a match.
		if (results.length > 0 || page.cursor === undefined || pages === MOST_PAGES_PER_SEARCH) {
			return { results, paginationToken: page.cursor };
		}
		cursor = page.cursor;
	}
}

/** Pages that one keystroke in the search box may cost. */
const MOST_PAGES_PER_SEARCH = 10;

function listEntry({ id, name, detail }: PickerPage['entries'][number]) {
	const shown = detail === null ? name : `${name} (${detail})`;
	return { name: isExpression(shown) ? ` ${shown}` : shown, value: id };
}

/**
 * n8n runs every text of a parameter that begins like this, and a chosen entry becomes one with its name and its ID: a
 * vendor's words must not read the workflow's data.
 */
function isExpression(text: string): boolean {
	return text.startsWith('=');
}

function matches(text: string, wanted: string): boolean {
	return text.toLowerCase().includes(wanted);
}

/** A parameter as it stands in the editor; an expression there cannot be evaluated, and counts as unset. */
function editorValue(context: ILoadOptionsFunctions, name: string): string {
	const value = chosenValue(context.getCurrentNodeParameter(name));
	if (typeof value !== 'string' && typeof value !== 'number') return '';
	return isExpression(String(value)) ? '' : String(value);
}

/** Only our own sentences reach the editor: vendor text could hold anything. */
function pickerError(context: ILoadOptionsFunctions, error: unknown): NodeOperationError {
	const message =
		error instanceof Failure
			? [error.message, error.details.hint].filter(Boolean).join(' ')
			: 'The list could not be loaded. Choose a credential for this node first, or enter the ID.';
	return new NodeOperationError({ ...context.getNode(), parameters: {} }, message);
}

/**
 * A picker of the credentials that a list operation lists, told apart by type and age.
 * @param inputOf what the list needs, from the parameters as they stand in the editor
 * @param remarkOn what else a person should know of a credential before choosing it, in a word
 */
export function credentialPickerOf<Input extends Target>(
	list: ListOperation<Input>,
	inputOf: (context: PickerContext) => Input,
	{ searchesItself = false, remarkOn = (_reading: Reading): string | null => null } = {},
): Picker {
	return {
		searchesItself,
		codes: list.codes,
		hints: list.hints,
		request: (context) => list.page(inputOf(context), context.cursor),
		read: (answer, context) => {
			const { entries, cursor } = list.entries(inputOf(context), answer, context.cursor);
			return { entries: entries.flatMap(({ reading }) => pickerEntry(reading, remarkOn(reading))), cursor };
		},
	};
}

function pickerEntry(reading: Reading, remark: string | null): PickerPage['entries'] {
	const { id, name, type } = reading;
	if (id === null) return [];
	return [{ id, name: name ?? id, detail: [type, ageOf(reading), remark].filter(Boolean).join(', ') || null }];
}

/** The date that says most of a credential's age: until when it is good, else when it was changed, else created. */
function ageOf({ expiresAt, updatedAt, createdAt }: Reading): string | null {
	const dates = [
		['expires', expiresAt],
		['changed', updatedAt],
		['created', createdAt],
	] as const;
	for (const [word, date] of dates) {
		const day = toIsoUtc(date)?.slice(0, 'yyyy-mm-dd'.length);
		if (day !== undefined) return `${word} ${day}`;
	}
	return null;
}

interface LocatorOptions {
	displayName: string;
	name: string;
	/** Name of the node's `listSearch` method. */
	searchListMethod: string;
	placeholder: string;
	description: string;
	displayOptions?: INodeProperties['displayOptions'];
	required?: boolean;
	/** Parameters whose change empties the choice. */
	dependsOn?: string[];
}

/** A resource locator with the modes From List and By ID; required unless it says otherwise. */
export function locator(options: LocatorOptions): INodeProperties {
	const { searchListMethod, placeholder, dependsOn, required = true, ...rest } = options;
	return {
		...rest,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required,
		...(dependsOn === undefined ? {} : { typeOptions: { loadOptionsDependsOn: dependsOn } }),
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder },
		],
	};
}
