import { invalidInput, say } from '../kit';
import { MESSAGES } from './messages';

/**
 * The kinds of API credential that are the same for every organization, and whether a role goes with them. Beside them
 * the API takes the kind of each hosted app (`orders`, `imports` and others) for a fork of it; whether these have a role
 * is not documented.
 */
export const KINDS = [
	{ name: 'Integration', value: 'integration', role: 'required' },
	{ name: 'Sales Channel', value: 'sales_channel', role: 'impossible' },
	{ name: 'Web App', value: 'webapp', role: 'impossible' },
] as const;

/** Throws a `Failure` (`invalidInput`) when a credential of this kind cannot be created with this role, or without one. */
export function requireFittingRole(kind: string, roleId: string | null): void {
	const role = KINDS.find(({ value }) => value === kind)?.role;
	if (role === 'required' && roleId === null) {
		throw invalidInput(say(MESSAGES.roleMissing));
	}
	if (role === 'impossible' && roleId !== null) {
		throw invalidInput(say(MESSAGES.roleImpossible));
	}
}
