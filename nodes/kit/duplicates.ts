import type { INodeProperties } from 'n8n-workflow';

import { Failure } from './failure';
import { MESSAGES } from './messages';
import type { ListOperation, PriorSearch, Target } from './operation';
import { collection, type Parameters, readSwitch } from './parameters';
import type { Reading } from './reading';
import { cureOf, textOf } from './sentences';

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
	/** What makes a listed credential a duplicate of the new one. */
	isDuplicate(reading: Reading): boolean;
	/** By what it is one, for sentences: “of this name”. */
	likeness: string;
}

/**
 * A look at what is there before something is created: the one step that makes a create repeatable. An account that may
 * create and not list goes without. Looks at every page; give it a filter where there are many.
 */
export function lookForDuplicate<Input extends Target, Listed extends Target>({
	label,
	list,
	input,
	isDuplicate,
	likeness,
}: Search<Listed>): PriorSearch<Input> {
	return {
		list,
		within: input,
		isWanted: isDuplicate,
		dispensableOn: ['permission'],
		complete: (given, duplicate) => {
			if (duplicate === null) return given;
			throw new Failure({
				code: 'conflict',
				stage: 'read',
				message: textOf(MESSAGES.refusal.duplicate, { vendor: label, likeness }),
				hint: cureOf(MESSAGES.refusal.duplicate),
				id: duplicate.id,
			});
		},
	};
}
