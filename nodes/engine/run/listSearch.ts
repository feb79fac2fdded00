import { NodeOperationError, type ILoadOptionsFunctions, type INodeListSearchResult } from 'n8n-workflow';

import { Failure } from '../../kit/failure';
import { MESSAGES } from '../../kit/messages';
import { DEFAULT_TIMEOUT_MS } from '../../kit/options';
import { chosenValue } from '../../kit/parameters';
import type { PickerContext, PickerPage, VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';
import { failureIn, inNoPlace } from '../request/refusal';
import { send, type SendOptions } from '../request/transport';
import { ItemSecrets } from '../secrets/itemSecrets';

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
	const type = vendor.credentialType(parameter);
	const data = await context.getCredentials(type);
	const secrets = new ItemSecrets();
	const options: SendOptions = {
		account: { credential: { id: '', name: '', type, data }, baseUrl: vendor.baseUrl(data, parameter), refusedTokens: new Set() },
		timeoutMs: DEFAULT_TIMEOUT_MS,
		stage: 'read',
		onSent: () => {},
		onSigned: (signature) => secrets.add(signature.secrets),
	};
	const wanted = picker.searchesItself ? '' : (pickerContext.search ?? '').toLowerCase();
	let cursor = pickerContext.cursor;
	for (let pages = 1; ; pages += 1) {
		const here = { ...pickerContext, cursor };
		const answer = await send(context, picker.request(here), options);
		const failure = failureIn(vendor, answer, 'read', picker);
		if (failure !== null) throw inNoPlace(vendor, failure);
		const page = picker.read(answer, here);
		const results = page.entries.filter(({ id }) => !isExpression(id)).map((entry) => listEntry(entry, secrets)).filter(({ name, value }) => matches(`${name}\n${value}`, wanted));
		// An empty page would end the list in the editor although a later page has a match.
		if (results.length > 0 || page.cursor === undefined || pages === MOST_PAGES_PER_SEARCH) {
			return { results, paginationToken: page.cursor };
		}
		cursor = page.cursor;
	}
}

/** Pages that one keystroke in the search box may cost. */
const MOST_PAGES_PER_SEARCH = 10;

/** What is shown of an entry is also what a search in the editor looks at. */
function listEntry({ id, name, detail, secrets: own }: PickerPage['entries'][number], secrets: ItemSecrets) {
	const shown = secrets.redactorFor(own).value(detail === null ? name : `${name} (${detail})`);
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

/** A longer wait than this is none that a person at a list would wait for; and a number that long might be anything. */
const LONGEST_TOLD_WAIT_MS = 60 * 60_000;

function waitAsked({ details: { retryAfterMs } }: Failure): string | null {
	if (!retryAfterMs || retryAfterMs > LONGEST_TOLD_WAIT_MS) return null;
	return say(MESSAGES.picker.wait, { seconds: Math.ceil(retryAfterMs / 1000) });
}

/** Only our own sentences reach the editor: vendor text could hold anything. */
function pickerError(context: ILoadOptionsFunctions, error: unknown): NodeOperationError {
	const message =
		error instanceof Failure
			? [error.message, waitAsked(error), error.details.hint].filter(Boolean).join(' ')
			: say(MESSAGES.picker.notLoaded);
	return new NodeOperationError({ ...context.getNode(), parameters: {} }, message);
}
