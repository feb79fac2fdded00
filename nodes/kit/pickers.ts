import { toIsoUtc } from './dates';
import type { ListOperation, Target } from './operation';
import type { Reading } from './reading';
import type { Picker, PickerContext, PickerPage } from './record';

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
		meanings: list.meanings,
		hints: list.hints,
		request: (context) => list.page(inputOf(context), context.cursor),
		read: (answer, context) => {
			const { entries, cursor } = list.entries(inputOf(context), answer, context.cursor);
			return { entries: entries.flatMap(({ reading }) => pickerEntry(reading, remarkOn(reading))), cursor };
		},
	};
}

function pickerEntry(reading: Reading, remark: string | null): PickerPage['entries'] {
	const { id, name, type, secrets } = reading;
	if (id === null) return [];
	// The remark first: n8n cuts long entries at their end.
	return [{ id, name: name ?? id, detail: [remark, type, ageOf(reading)].filter(Boolean).join(', ') || null, ...(secrets?.length ? { secrets } : {}) }];
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
