import { invalidInput } from '../shared/failure';
import { asObject, asText } from '../shared/http';
import { toIsoUtc } from '../shared/time';
import type { Picker, PickerContext } from '../shared/vendor';
import { credentialsPath } from './paths';
import { requireProvider, type Provider } from './providers';

/** Entries asked for at once. Nylas gives 10 unless told otherwise, and publishes no maximum. */
const PAGE_SIZE = 50;

/** The credentials of one provider's connector, the last changed first. Nylas cannot search among them. */
export const credentialPicker: Picker = {
	searchesItself: false,
	request: (context) => ({
		method: 'GET',
		path: credentialsPath(providerOf(context)),
		query: {
			limit: String(PAGE_SIZE),
			offset: String(offsetOf(context)),
			sort_by: 'updated_at',
			order_by: 'desc',
		},
		body: null,
	}),
	read: ({ body }, context) => {
		const { data, limit } = asObject(body);
		const list: unknown[] = Array.isArray(data) ? data : [];
		// The answer tells the limit that was applied, should Nylas have lowered it.
		const pageSize = typeof limit === 'number' ? Math.min(limit, PAGE_SIZE) : PAGE_SIZE;
		const isLast = list.length === 0 || list.length < pageSize;
		return {
			entries: list.flatMap(readEntry),
			cursor: isLast ? undefined : String(offsetOf(context) + list.length),
		};
	},
};

function readEntry(entry: unknown) {
	const { id, name, updated_at: updatedAt } = asObject(entry);
	const value = asText(id);
	if (value === null) return [];
	const day = toIsoUtc(updatedAt)?.slice(0, 'yyyy-MM-dd'.length);
	return [{ id: value, name: asText(name) ?? value, detail: day === undefined ? null : `changed ${day}` }];
}

function offsetOf({ cursor }: PickerContext): number {
	return Number(cursor ?? 0);
}

function providerOf({ parameter }: PickerContext): Provider {
	const provider = parameter('provider');
	if (provider !== '') return requireProvider(provider);
	throw invalidInput(
		'The list can only be loaded when “Provider” is a fixed value. Choose one, or use “By ID” to enter the credential.',
	);
}
