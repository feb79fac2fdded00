/** How n8n shows a hidden value that is filled in, and one that is empty; each goes on with an ID. */
const PLACEHOLDERS = ['__n8n_BLANK_VALUE_', '__n8n_EMPTY_VALUE_'];

/** Whether a text is what n8n shows in the place of a hidden value: a credential copied from there holds it. */
export function isPlaceholder(value: string): boolean {
	const text = value.trim();
	return PLACEHOLDERS.some((placeholder) => text.startsWith(placeholder));
}
