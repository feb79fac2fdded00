/** White space around the body is trimmed by hand: to let the expression find it takes cubic time on a long run of it. */
const PEM = /^(-----BEGIN ([A-Z0-9 ]+)-----)([\s\S]*)(-----END \2-----)$/;

/** RFC 7468 line length of a PEM body. */
const PEM_LINE = 64;

/**
 * Restores the line breaks of a PEM or OpenSSH key that were lost on the way: pasted into a single-line input (they
 * became spaces) or taken from JSON text (they became the two characters `\n`). Any other text is returned as it is.
 */
export function restoreKeyLineBreaks(key: string): string {
	const text = key.trim();
	const unescaped = text.includes('\n') ? text : text.replaceAll('\\r', '').replaceAll('\\n', '\n');
	const match = PEM.exec(unescaped.trim());
	if (match === null) return key;
	const [, begin = '', , body = '', end] = match;
	// Lines that are there are right, and headers such as `Proc-Type:` must stay on lines of their own.
	if (unescaped.startsWith(`${begin}\n`) || body.includes(':')) {
		return unescaped === text ? key : `${unescaped.trimEnd()}\n`;
	}
	const lines = body.replaceAll(/\s+/g, '').match(new RegExp(`.{1,${PEM_LINE}}`, 'g')) ?? [];
	return [begin, ...lines, end, ''].join('\n');
}
