import { invalidInput, type IssuedPair, say } from '../kit';
import { MESSAGES } from './messages';

/**
 * The kinds of API credential that are the same for every organization, whether a role goes with them, and
 * with what they sign in by client credentials (web apps do so for a person alone). Beside them the API takes the kind of each
 * hosted app (`orders`, `imports` and others) for a fork of it; neither is documented of these.
 */
export const KINDS = [
	{ name: 'Integration', value: 'integration', role: 'required', signsInBy: 'idAndSecret' },
	{ name: 'Sales Channel', value: 'sales_channel', role: 'impossible', signsInBy: 'id' },
	{ name: 'Web App', value: 'webapp', role: 'impossible', signsInBy: null },
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

/** What a role of another credential of this kind has to be: there, not there, or either. */
export function roleOf(kind: string): 'required' | 'impossible' | 'unknown' {
	return KINDS.find(({ value }) => value === kind)?.role ?? 'unknown';
}

/** What signs in for a credential of this kind; `null` where nothing does without a person, or nobody knows. */
export function signingIn(kind: string, { id, secret }: IssuedPair): IssuedPair | null {
	const by = KINDS.find(({ value }) => value === kind)?.signsInBy ?? null;
	if (by === 'id') return { id, secret: null };
	return by === 'idAndSecret' && secret !== null ? { id, secret } : null;
}

/** Whether credentials of this kind are known to have a client secret: an answer without it does not show their pair. */
export function hasSecret(kind: string): boolean {
	return KINDS.find(({ value }) => value === kind)?.signsInBy === 'idAndSecret';
}
