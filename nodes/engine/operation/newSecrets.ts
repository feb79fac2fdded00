import isEqual from 'lodash/isEqual';

import { invalidInput } from '../../kit/failure';
import { isObject } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import type { Operation, Target } from '../../kit/operation';
import type { VendorRecord } from '../../kit/record';
import { say } from '../../kit/sentences';

/**
 * A rotation to the secret that it is to replace would pass for one, and the vendor would date it today. Throws a `Failure`
 * (`invalidInput`) when an update would send the very secrets that are stored as those from before.
 * @param previous the same update with the secrets from before; `null` where the user has not stored them
 * @param labels what the user calls the credentials that hold them
 */
export function requireNewSecrets(vendor: VendorRecord, input: Target, previous: Target | null, labels: { stored: string; previous: string }): void {
	if (previous === null || (input.secrets ?? []).length === 0) return;
	const { update } = vendor.operations as { update: Operation };
	const [sent, before] = [input, previous].map((each) => hiddenLeaves(vendor, update.request(each).body));
	if (!isEqual(sent, before)) return;
	throw invalidInput(say(MESSAGES.stored.sameAsBefore, labels));
}

/** Every leaf of a body that a plan would not show, by the keys that lead to it. */
function hiddenLeaves(vendor: VendorRecord, body: unknown): Map<string, unknown> {
	const leaves = new Map<string, unknown>();
	const collect = (value: unknown, path: readonly string[]): void => {
		if (isObject(value) || Array.isArray(value)) {
			for (const [key, child] of Object.entries(value)) collect(child, [...path, key]);
		} else if (!vendor.isSafe(path)) {
			leaves.set(JSON.stringify(path), value);
		}
	};
	collect(body, []);
	return leaves;
}
