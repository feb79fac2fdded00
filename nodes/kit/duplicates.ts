import type { INodeProperties } from 'n8n-workflow';

import { asFailure, Failure } from './failure';
import type { VendorAnswer } from './json';
import { readSwitch } from '../engine/run/options';
import { collection, type Parameters } from './parameters';
import type { ListOperation, PriorRead, Reading, Target } from './record';

/** For vendors that would create the same credential twice without a word. */
export const allowDuplicateOption: INodeProperties = {
	displayName: 'Allow Duplicate',
	name: 'allowDuplicate',
	type: 'boolean',
	default: false,
	description:
		'Whether to create the credential even if there is one like it already. Without this option the existing ones are looked at first, so that a run that is repeated does not create everything twice.',
};

/** Whether the user wants a second credential like one that is there. */
export function allowsDuplicate(parameters: Parameters): boolean {
	return readSwitch(collection(parameters, 'options').allowDuplicate, 'Allow Duplicate');
}

/**
 * A name as it is compared: in whatever case, with whatever blanks around it, however its characters are composed. Vendors
 * mend names, and one that was mended must be found again; who wants both says so by “Allow Duplicate”.
 */
export function alike(name: string): string {
	return name.normalize('NFKC').trim().toLowerCase();
}

interface Search<Input extends Target> {
	/** The vendor, for sentences. */
	label: string;
	list: ListOperation<Input>;
	input: Input;
	/** What makes a listed credential a twin of the new one. */
	isTwin(reading: Reading): boolean;
	/** By what it is one, for sentences: “of this name”. */
	likeness: string;
}

/**
 * A look at what is there before something is created: the one step that makes a create repeatable. An account that may
 * create and not list goes without. Looks at the first page only; give it a filter where there are more.
 */
export function lookForTwin<Input extends Target, Listed extends Target>({
	label,
	list,
	input,
	isTwin,
	likeness,
}: Search<Listed>): PriorRead<Input> {
	return {
		request: list.page(input, undefined),
		dispensableOn: ['permission'],
		complete: (given, answer) => {
			const twin = answer && firstPage(list, input, answer).find(({ reading }) => isTwin(reading));
			if (!twin) return given;
			throw new Failure({
				code: 'conflict',
				stage: 'read',
				message: `${label} already has a credential ${likeness}, so none was created.`,
				hint: 'An earlier run may have created it: its ID is in “id”. To have a second one, turn on “Allow Duplicate” in the options.',
				id: twin.reading.id,
			});
		},
	};
}

/** A list that makes no sense leaves nothing in doubt: nothing has been created yet. */
function firstPage<Listed extends Target>(list: ListOperation<Listed>, input: Listed, answer: VendorAnswer) {
	try {
		return list.entries(input, answer, undefined).entries;
	} catch (error) {
		throw asFailure(error, 'no').with({ stage: 'read', applied: 'no' });
	}
}
