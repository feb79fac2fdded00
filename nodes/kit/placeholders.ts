/**
 * What n8n shows in the place of a stored secret, or of an empty one, and takes for “unchanged” when it comes back. In a
 * credential that is created anew from what n8n has shown there is nothing that it could stand for, and so it is stored.
 */
const PLACEHOLDER = /^__n8n_(BLANK|EMPTY)_VALUE_/;

/** Whether a text is n8n's stand-in for a value that it keeps hidden, and so not the value. */
export function isPlaceholder(value: string): boolean {
	return PLACEHOLDER.test(value.trim());
}
